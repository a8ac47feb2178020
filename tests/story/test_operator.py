"""A new operator does what the README says, to the letter, and the number answers in Slack.

The sandbox stands in for Twilio and Slack, and nobody stands before our address; else nothing is
different: what is typed and what is written into `.env` is taken from the README.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.sandbox import SandboxConfig, standalone
from adapters.sandbox.slack.signature import signed
from adapters.settings import Settings
from adapters.twilio.routes import INBOUND_PATH
from tests import local
from tests.anytime import SETTING
from tests.server import free_port, serving
from tests.story.newcomer import EXAMPLE, ROOT, Block, blocks, copied, section, typed, written
from tests.story.world import DELIVERED, World, until
from tests.terminal import Terminal
from tests.test_cli import answers, located

ANSWERS = {
    "TWILIO_ACCOUNT_SID": "AC" + "4c" * 16,
    "TWILIO_AUTH_TOKEN": "newcomers-auth-token",
    "TWILIO_PHONE_NUMBER": "+17605550100",
    "SLACK_SIGNING_SECRET": "newcomers-signing-secret",
    "SLACK_BOT_TOKEN": "xoxb-newcomer",
    "SLACK_INBOX_CHANNEL": "C0INBOX",
    "SLACK_AGENTS": "U0DANA,U0SAM",
}
LASTING = (("web",), ("worker",))
AT_ONCE = {"REPLY_HOLD_SECONDS": "0.2", "COLLISION_SECONDS": "0"}  # a person takes their time
PHONE = "+17605550123"
Type = Callable[[Block], object]


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


@pytest.fixture
def newcomer(tmp_path: Path, mongodb_uri: str, spare_database: str) -> Iterator[Newcomer]:
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
            own = {"PUBLIC_URL": address, "MONGODB_URI": located(mongodb_uri, spare_database)}
            environment = beside | AT_ONCE | SETTING
            world = World(address, "", http)
            yield Newcomer(tmp_path / "here", address, world, ANSWERS | own, environment)
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


def retry(who: Newcomer) -> None:
    """What Slack does at *Retry*: it sends a challenge, signed, and wants it back."""
    body = b'{"type":"url_verification","token":"x","challenge":"abc"}'
    headers = signed(ANSWERS["SLACK_SIGNING_SECRET"], body)
    headers["Content-Type"] = "application/json"
    assert "abc" in local.post(f"{who.address}/slack/events", content=body, headers=headers).text


def follow(who: Newcomer, typed: Type, begun: Type) -> None:
    """Every step in its order; what runs on and on is `begun`, all else `typed` to its end."""
    for block in blocks():
        if block.language == "ini":
            written(block, who.folder, who.values)
        elif block.words in LASTING:
            begun(block)
            if block.words == ("web",):
                until(lambda: answers(f"{who.address}/readyz"), "the web process's first answer")
                retry(who)
        else:
            typed(block)


def tried(who: Newcomer) -> None:
    """The last step: a text appears in Slack, and the answer is on the phone."""
    who.world.text(PHONE, "Is the flat still free?")
    place = who.world.place("Is the flat still free?")
    place.joined()
    ts = place.write("Yes, come and see it.")
    who.world.reached(PHONE, "Yes, come and see it.")
    place.marked(ts, DELIVERED)


def test_who_follows_the_readme_answers_a_text(newcomer: Newcomer) -> None:
    """With the environment that is here already, in place of what `make install` makes."""
    newcomer.folder.mkdir()
    (newcomer.folder / "bot").symlink_to(ROOT / "bot")
    (newcomer.folder / ".venv").symlink_to(sys.prefix)
    terminal = Terminal(newcomer.folder, newcomer.environment)
    shell = newcomer.environment | {"PATH": newcomer.path}
    with ExitStack() as running:

        def run(block: Block) -> None:
            if block.words:
                ended = terminal.run(*block.words)
                assert ended.code == 0, ended
            elif not block.content.startswith("make install\n"):
                typed(block, newcomer.folder, newcomer.address, shell)

        follow(newcomer, run, lambda one: running.enter_context(terminal.running(*one.words)))
        tried(newcomer)


@pytest.mark.long
def test_the_same_from_nothing_with_nothing_of_ours_around(newcomer: Newcomer) -> None:
    """In a copy of its own, with what `make install` installs, each process from a shell."""
    copied(newcomer.folder)
    shell = newcomer.environment | {"PATH": newcomer.path, "HOME": str(newcomer.folder)}
    with ExitStack() as running:

        def begin(block: Block) -> None:
            log = running.enter_context((newcomer.folder / f"{block.words[0]}.log").open("wb"))
            line = ["sh", "-c", f"exec {block.content}"]
            process = subprocess.Popen(line, cwd=newcomer.folder, env=shell, stdout=log, stderr=log)
            running.callback(process.wait, local.PATIENCE)
            running.callback(process.terminate)

        follow(newcomer, lambda one: typed(one, newcomer.folder, newcomer.address, shell), begin)
        tried(newcomer)


def test_every_setting_that_is_asked_for_exists() -> None:
    asked = "".join(block.content for block in blocks() if block.language == "ini")
    names = {line.partition("=")[0].lower() for line in asked.splitlines()}
    assert names <= set(Settings.model_fields)
    assert {"public_url", "mongodb_uri", *(name.lower() for name in ANSWERS)} == names - {
        "business_name"
    }


def test_the_webhook_that_is_asked_for_is_the_one_that_answers() -> None:
    assert f"`{EXAMPLE}{INBOUND_PATH}#rc=5&rp=all`" in section()
