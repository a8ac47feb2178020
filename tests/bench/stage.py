"""The whole product as processes of its own on one machine, for as long as a benchmark runs."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.anytime import SETTING
from tests.bench import texts
from tests.server import free_port

READY_SECONDS = 30.0
ROOT = Path(__file__).parents[2]
PYTHON = sys.executable
THREADLINE = ("-c", "from cli import main; main()")
ANSWERING = {"REPLY_HOLD_SECONDS": "1", "COLLISION_SECONDS": "0"} | SETTING


@dataclass(frozen=True)
class Program:
    """A process of ours that serves on `port` (0: it serves nothing) and what it cost to start."""

    process: subprocess.Popen[bytes]
    port: int
    started_in: float

    @property
    def resident(self) -> float:
        """Memory that it holds, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    @property
    def cpu_seconds(self) -> float:
        """Processor time that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Stage:
    """Where everything is; `settings` are the environment of each process."""

    settings: dict[str, str]
    folder: Path
    sandbox_port: int

    @property
    def ledger(self) -> Path:
        """The sandbox's ledger."""
        return self.folder / "ledger.jsonl"

    @contextmanager
    def web(self) -> Iterator[Program]:
        """A web process."""
        port = free_port()
        with program([*THREADLINE, "web"], self.settings | {"PORT": str(port)}, port) as web:
            yield web

    @contextmanager
    def worker(self) -> Iterator[Program]:
        """A worker process."""
        with program([*THREADLINE, "worker"], self.settings) as worker:
            yield worker

    @contextmanager
    def sandbox(self, product_port: int) -> Iterator[Program]:
        """The stand-in for Twilio and Slack."""
        arguments = ["-m", "adapters.sandbox", "--port", str(self.sandbox_port)]
        arguments += ["--product", f"http://127.0.0.1:{product_port}", "--number", texts.OURS]
        arguments += ["--ledger", str(self.ledger), "--auth-token", texts.TOKEN]
        with program(arguments, {}, self.sandbox_port, "/sandbox/slack") as sandbox:
            yield sandbox


@contextmanager
def demo(folder: Path) -> Iterator[Program]:
    """All in one process, as `make demo` has it, with a short hold."""
    port = free_port()
    settings = {"PORT": str(port), "THREADLINE_DATA": str(folder)} | ANSWERING
    with program([*THREADLINE, "demo"], settings, port) as demo:
        yield demo


def staged(uri: str, folder: Path, database: str) -> Stage:
    """The settings of a sandboxed installation on that server; its database has all indexes."""
    port = free_port()
    sandbox = f"http://127.0.0.1:{port}/sandbox"
    settings = {
        "MONGODB_URI": uri.replace("/?", f"/{database}?"),
        "THREADLINE_DATA": str(folder),
        "PUBLIC_URL": texts.PUBLIC_URL,
        "SECRET_KEY": "bench-" * 8,
        **ANSWERING,
        "TWILIO_ACCOUNT_SID": texts.ACCOUNT,
        "TWILIO_AUTH_TOKEN": texts.TOKEN,
        "TWILIO_PHONE_NUMBER": texts.OURS,
        "TWILIO_API_URL": f"{sandbox}/twilio",
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
        "SLACK_API_URL": f"{sandbox}/slack/api/",
        "SLACK_PACE": "1000",
        "SLACK_INBOX_CHANNEL": "C0INBOX",
        "SLACK_AGENTS": "S0AGENTS",
        "API_REQUESTS_PER_MINUTE": "0",
        "API_NODES_PER_MINUTE": "0",
    }
    stage = Stage(settings, folder, port)
    command(stage, "indexes")
    return stage


@contextmanager
def program(
    arguments: list[str], settings: dict[str, str], port: int = 0, path: str = "/healthz"
) -> Iterator[Program]:
    """A Python process, running until the block ends; one that serves has answered once."""
    began = time.perf_counter()
    with ExitStack() as stack:
        log = stack.enter_context((Path(os.devnull)).open("wb"))
        process = subprocess.Popen(
            [PYTHON, *arguments], cwd=ROOT, env=_environment(settings), stdout=log, stderr=log
        )
        stack.callback(_stop, process)
        if port:
            _await_answer(process, port, path)
        yield Program(process, port, time.perf_counter() - began)


def command(stage: Stage, *arguments: str) -> str:
    """What one of the product's commands prints."""
    done = subprocess.run(
        [PYTHON, *THREADLINE, *arguments],
        cwd=ROOT,
        env=_environment(stage.settings),
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout.decode().strip()


def _environment(settings: dict[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT)} | settings


def _await_answer(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.01)
        finally:
            connection.close()
    raise RuntimeError(f"{process.args!r} did not start (exit code {process.poll()})")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
