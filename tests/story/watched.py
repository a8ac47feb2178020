"""All processes of an installation under the eyes of those who run it: logs, figures, spans."""

import json
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from adapters.sandbox import SandboxConfig, standalone
from tests import local
from tests.adapters.telemetry.collecting import collector
from tests.anytime import SETTING
from tests.graph.desk import Program
from tests.server import free_port, serving
from tests.story.world import World, until
from tests.terminal import Process, Terminal
from tests.test_cli import answers

NUMBER = "+17605550100"
SECRETS = {
    "SECRET_KEY": "marmalade-key-of-thirty-two-characters",
    "TWILIO_AUTH_TOKEN": "rhubarbauthtoken",
    "SLACK_BOT_TOKEN": "xoxb-elderberry-bot",
    "SLACK_SIGNING_SECRET": "gooseberrysigning",
    "SLACK_APP_TOKEN": "xapp-quince-app",
    "METRICS_TOKEN": "medlar-metrics-token",
}
PACE = {
    "REPLY_HOLD_SECONDS": "0.2",
    "COLLISION_SECONDS": "0",
    "HTTP_TIMEOUT_SECONDS": "1",
    "LOOK_SECONDS": "0,0.3,0.6",
    "DRAIN_SECONDS": "0",
    "CONFIRMATION_OWNER": "threadline",
    "OTEL_BSP_SCHEDULE_DELAY": "200",
    "LOG_LEVEL": "debug",
}


@dataclass
class Watched:
    """An installation; `said` is all that its processes wrote, by process."""

    world: World
    program: Program
    health: dict[str, str]
    spans: list[ExportTraceServiceRequest]
    said: dict[str, list[str]] = field(default_factory=dict)

    def lines(self, trace: str | None = None) -> list[dict[str, Any]]:
        """The log lines of all processes, each with its `process`; of one trace alone."""
        found = [
            json.loads(line) | {"process": process}
            for process, written in self.said.items()
            for line in [*written]
            if line.startswith("{")
        ]
        return [one for one in found if trace is None or one.get("trace") == trace]

    def events(self, trace: str) -> set[tuple[str, str]]:
        """What happened under that trace, and in which process."""
        return {(line["process"], line["event"]) for line in self.lines(trace)}

    def figures(self, process: str) -> str:
        """What a scraper sees of it."""
        bearer = {"Authorization": f"Bearer {SECRETS['METRICS_TOKEN']}"}
        answer = local.get(f"{self.health[process]}/metrics", headers=bearer)
        assert answer.status_code == 200, answer.text
        return answer.text

    def everything(self) -> str:
        """All that left the installation for those who run it."""
        pages = [self.figures(name) + _ready(url) for name, url in self.health.items()]
        logs = [line for written in self.said.values() for line in [*written]]
        return "\n".join([*logs, *pages, *map(str, self.spans)])


def _ready(url: str) -> str:
    return local.get(f"{url}/readyz").text + local.get(f"{url}/healthz").text


@contextmanager
def watched(folder: Path, uri: str, *, socket_mode: bool = False) -> Iterator[Watched]:
    """Web and worker (with `socket_mode` a bot too), at DEBUG, with Twilio and Slack played."""
    port, own = free_port(), {name: free_port() for name in ("worker", "bot")}
    address = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        enter = stack.enter_context
        listener = enter(socket.create_server(("127.0.0.1", 0)))
        outside = f"http://127.0.0.1:{listener.getsockname()[1]}/sandbox"
        enter(serving(standalone(_config(address, outside, socket_mode)), listener=listener))
        http = enter(local.client(base_url=outside))
        endpoint, spans = enter(collector())
        settings = _settings(uri, address, outside, port) | {
            "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint
        }
        if not socket_mode:
            del settings["SLACK_APP_TOKEN"]
        terminal = Terminal(folder, settings)
        assert terminal.run("indexes").code == 0
        scopes = [word for scope in ("read", "write", "admin") for word in ("--scope", scope)]
        token = terminal.run("token", "create", "CRM", *scopes).out.split()[0]
        kinds = ["web", "worker", *(["bot"] if socket_mode else [])]
        health = {kind: f"http://127.0.0.1:{own.get(kind, port)}" for kind in kinds}
        made = Watched(
            World(address, token, http), Program(f"{address}/graphql", token), health, spans
        )
        for kind in kinds:
            more = {"HEALTH_PORT": str(own[kind])} if kind in own else {}
            _read(enter(terminal.running(kind, **more)), made.said.setdefault(kind, []), stack)
        for url in health.values():
            until(partial(answers, f"{url}/readyz"), "that all are ready")
        yield made


def _config(product: str, own: str, socket_mode: bool) -> SandboxConfig:
    return SandboxConfig(
        product_url=product,
        own_url=own,
        account_sid="AC" + "4c" * 16,
        auth_token=SECRETS["TWILIO_AUTH_TOKEN"],
        numbers=(NUMBER,),
        slack_bot_token=SECRETS["SLACK_BOT_TOKEN"],
        slack_signing_secret=SECRETS["SLACK_SIGNING_SECRET"],
        slack_app_token=SECRETS["SLACK_APP_TOKEN"] if socket_mode else None,
    )


def _settings(uri: str, address: str, outside: str, port: int) -> dict[str, str]:
    twilio = {
        "TWILIO_ACCOUNT_SID": "AC" + "4c" * 16,
        "TWILIO_PHONE_NUMBER": NUMBER,
        "TWILIO_API_URL": f"{outside}/twilio",
    }
    slack = {
        "SLACK_API_URL": f"{outside}/slack/api/",
        "SLACK_INBOX_CHANNEL": "C0INBOX",
        "SLACK_AGENTS": "U0DANA,U0SAM",
    }
    own = {"PUBLIC_URL": address, "PORT": str(port), "MONGODB_URI": uri}
    return SECRETS | PACE | SETTING | twilio | slack | own


def _read(process: Process, lines: list[str], stack: ExitStack) -> None:
    """Take in all that it writes until its end, which comes before the block's."""
    pipes = (process.stdout, process.stderr)
    readers = [threading.Thread(target=lines.extend, args=(pipe,), daemon=True) for pipe in pipes]
    for reader in readers:
        reader.start()
        stack.callback(reader.join, local.PATIENCE)
    stack.callback(process.wait, local.PATIENCE)
    stack.callback(process.send_signal, signal.SIGTERM)
