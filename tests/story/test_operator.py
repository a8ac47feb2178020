"""A new operator does what the README says, to the letter, and the number answers in Slack.

The sandbox stands in for Twilio and Slack, and nobody stands before our address; else nothing is
different: what is typed and what is written into `.env` is taken from the README.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from adapters.sandbox.slack.signature import signed
from adapters.settings import Settings
from adapters.twilio.routes import INBOUND_PATH
from tests import local
from tests.story.newcomer import (
    ANSWERS,
    EXAMPLE,
    ROOT,
    Block,
    Newcomer,
    blocks,
    copied,
    newcoming,
    section,
    typed,
    written,
)
from tests.story.world import DANA, DELIVERED, until
from tests.terminal import Outcome, Terminal
from tests.test_cli import answers, located

WORD = {"channel": ANSWERS["SLACK_INBOX_CHANNEL"], "user": DANA, "text": "Hello"}
NEW = {"numbers": {ANSWERS["TWILIO_PHONE_NUMBER"]: {"sms_url": ""}}}
"""A number as one buys it."""
LASTING = (("web",), ("worker",))
PHONE = "+17605550123"
Type = Callable[[Block], Outcome]


@pytest.fixture
def newcomer(tmp_path: Path, mongodb_uri: str, spare_database: str) -> Iterator[Newcomer]:
    """Somebody who has nothing yet."""
    with newcoming(tmp_path / "here", located(mongodb_uri, spare_database)) as who:
        who.world.http.put("/estate", json=NEW).raise_for_status()
        yield who


def retry(who: Newcomer) -> None:
    """What Slack does at *Retry*: it sends a challenge, signed, and wants it back."""
    body = b'{"type":"url_verification","token":"x","challenge":"abc"}'
    headers = signed(ANSWERS["SLACK_SIGNING_SECRET"], body)
    headers["Content-Type"] = "application/json"
    assert "abc" in local.post(f"{who.address}/slack/events", content=body, headers=headers).text


def follow(who: Newcomer, typed: Type, begun: Callable[[Block], object]) -> None:
    """Every step in its order; what runs on and on is `begun`, all else `typed` to its end."""
    for block in blocks():
        if block.language == "ini":
            written(block, who.folder, who.values)
        elif block.words in LASTING:
            begun(block)
            if block.words == ("web",):
                until(lambda: answers(f"{who.address}/readyz"), "the web process's first answer")
                retry(who)
                who.world.http.post("/slack/messages", json=WORD).raise_for_status()
        elif block.words[:1] == ("doctor",):  # again, until all is well, as the README says
            until(partial(_is_content, typed, block), "a healthy installation")
        else:
            ended = typed(block)
            assert ended.code == 0, ended


def _is_content(typed: Type, block: Block) -> bool:
    """Whether the doctor has nothing to say but warnings."""
    return typed(block).code == 0


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

        def run(block: Block) -> Outcome:
            if block.words:
                return terminal.run(*block.words)
            if block.content.startswith("make install\n"):
                return Outcome(0, "", "")
            return typed(block, newcomer.folder, newcomer.address, shell)

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
