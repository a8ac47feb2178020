"""The README's way from nothing to a number that answers, as what a new operator types."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.sandbox import SandboxConfig, standalone
from tests import local
from tests.anytime import SETTING
from tests.server import free_port, serving
from tests.story.world import World
from tests.terminal import Outcome

ROOT = Path(__file__).parents[2]
HEAD, END = "\n## For real", "\n### Several workspaces"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLE = "https://texts.example.com"
LONGEST_SECONDS = 600
ANSWERS = {
    "TWILIO_ACCOUNT_SID": "AC" + "4c" * 16,
    "TWILIO_AUTH_TOKEN": "newcomers-auth-token",
    "TWILIO_PHONE_NUMBER": "+17605550100",
    "SLACK_SIGNING_SECRET": "newcomers-signing-secret",
    "SLACK_BOT_TOKEN": "xoxb-newcomer",
    "SLACK_INBOX_CHANNEL": "C0INBOX",
    "SLACK_AGENTS": "U0DANA,U0SAM",
}
AT_ONCE = {"REPLY_HOLD_SECONDS": "0.2", "COLLISION_SECONDS": "0"}  # a person takes their time


@dataclass(frozen=True)
class Block:
    """What is typed into a terminal (`sh`), or written into `.env` (`ini`)."""

    language: str
    content: str

    @property
    def words(self) -> tuple[str, ...]:
        """Of a block that is one command of ours, what follows `threadline`."""
        head, *rest = self.content.split()
        return tuple(rest) if head == "threadline" and "\n" not in self.content.strip() else ()


def section() -> str:
    """The operator's part of the README, for one workspace."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    start = text.index(HEAD)
    return text[start : text.index(END, start)]


def blocks() -> list[Block]:
    """Its blocks, in order."""
    return [Block(language, content) for language, content in FENCE.findall(section())]


def own(content: str, answers: Mapping[str, str]) -> str:
    """A block of settings with the operator's own values in the place of the examples."""
    lines = [line.partition("=") for line in content.splitlines()]
    return "".join(f"{name}={answers.get(name, value)}\n" for name, _, value in lines)


def typed(block: Block, folder: Path, address: str, environment: Mapping[str, str]) -> Outcome:
    """How a block ends when it is typed in that folder."""
    done = subprocess.run(
        ["sh", "-e", "-c", block.content.replace(EXAMPLE, address)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def written(block: Block, folder: Path, answers: Mapping[str, str]) -> None:
    """A block of settings is added to `.env`."""
    with (folder / ".env").open("a", encoding="utf-8") as file:
        file.write(own(block.content, answers))


def copied(folder: Path) -> None:
    """The project as git has it, in a folder of its own."""
    names = (".*_cache", ".git", ".venv", ".env", ".threadline", "__pycache__", "node_modules")
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*names))


@dataclass(frozen=True)
class Newcomer:
    """Who follows the README: their folder, their address, the accounts that they have."""

    folder: Path
    address: str
    world: World
    values: dict[str, str]
    environment: dict[str, str]

    @property
    def path(self) -> str:
        """Where commands are found in a terminal whose line for it was typed."""
        return f"{self.folder}/.venv/bin:{os.environ['PATH']}"


@contextmanager
def newcoming(folder: Path, uri: str) -> Iterator[Newcomer]:
    """Somebody with an empty database, a Twilio number, and a Slack workspace."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        outside = f"http://127.0.0.1:{listener.getsockname()[1]}/sandbox"
        app = standalone(_config(address, outside))
        with serving(app, listener=listener), local.client(base_url=outside) as http:
            beside = {
                "TWILIO_API_URL": f"{outside}/twilio",
                "SLACK_API_URL": f"{outside}/slack/api/",
                "PORT": str(port),
            }
            own = {"PUBLIC_URL": address, "MONGODB_URI": uri}
            world = World(address, "", http)
            yield Newcomer(folder, address, world, ANSWERS | own, beside | AT_ONCE | SETTING)
            assert http.get("/complaints").json()["complaints"] == []


def _config(product: str, own: str) -> SandboxConfig:
    return SandboxConfig(
        product_url=product,
        own_url=own,
        account_sid=ANSWERS["TWILIO_ACCOUNT_SID"],
        auth_token=ANSWERS["TWILIO_AUTH_TOKEN"],
        numbers=(ANSWERS["TWILIO_PHONE_NUMBER"],),
        slack_bot_token=ANSWERS["SLACK_BOT_TOKEN"],
        slack_signing_secret=ANSWERS["SLACK_SIGNING_SECRET"],
    )
