"""`threadline demo` from nothing: the people of the demo talk, and it all survives a restart."""

import signal
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx2
import pytest

from adapters.seed import GUESTS
from tests import local
from tests.server import free_port
from tests.terminal import Process, Terminal, is_line
from tests.test_cli import located

PATIENCE_SECONDS = 180
TALKERS = [guest for guest in GUESTS if guest.lines]


@pytest.fixture
def terminal(tmp_path: Path, mongodb_uri: str, spare_database: str) -> Terminal:
    """A terminal on a machine where nothing is set but the database; answers leave at once."""
    uri = located(mongodb_uri, spare_database)
    port = {"PORT": str(free_port()), "REPLY_HOLD_SECONDS": "0", "COLLISION_SECONDS": "0"}
    return Terminal(tmp_path, {"MONGODB_URI": uri, "THREADLINE_DATA": str(tmp_path)} | port)


def greeting(process: Process) -> dict[str, str]:
    """What the demo says when it starts, by its first word."""
    assert process.stdout is not None
    told: dict[str, str] = {}
    while "API" not in told:
        line = process.stdout.readline()
        assert line, process.communicate()
        words = line.split()
        told |= {words[0]: words[-1]} if words else {}
    return told


def look(url: str, path: str) -> dict[str, Any]:
    """What the sandbox shows, once it answers."""
    deadline = monotonic() + PATIENCE_SECONDS
    while monotonic() < deadline:
        try:
            told: dict[str, Any] = local.get(url + path).raise_for_status().json()
        except httpx2.TransportError:
            sleep(0.1)
        else:
            return told
    raise AssertionError(url)


def unfinished(sandbox: str) -> list[str]:
    """Whose last line is not on their phone yet."""
    texts = look(sandbox, "/texts")["texts"]
    said = {text["body"] for text in texts}
    return [guest.first for guest in TALKERS if guest.lines[-1][1] not in said]


def let_them_talk(sandbox: str) -> None:
    """Wait until everybody has said what they have to say."""
    deadline = monotonic() + PATIENCE_SECONDS
    while late := unfinished(sandbox):
        assert monotonic() < deadline, late
        sleep(0.5)


def contacts_of(told: dict[str, str]) -> int:
    """How many contacts the API tells of."""
    query = {"query": "{ contacts { totalCount } }"}
    headers = {"Authorization": f"Bearer {told['API']}"}
    answer = local.post(told["GraphQL"], json=query, headers=headers).json()
    count: int = answer["data"]["contacts"]["totalCount"]
    return count


@pytest.mark.timeout(600)
def test_the_demo_comes_to_life_and_is_the_same_after_a_restart(terminal: Terminal) -> None:
    with terminal.running("demo") as process:
        told = greeting(process)
        let_them_talk(told["Sandbox"])
        assert contacts_of(told) == len(GUESTS)
        carried = look(told["Sandbox"], "/texts")["texts"]
        ended = terminal.stopped(process, signal.SIGINT)
    assert (ended.code, ended.err) == (0, "")
    with terminal.running("demo") as process:
        assert greeting(process) == told
        assert len(look(told["Sandbox"], "/texts")["texts"]) >= len(carried)
        assert contacts_of(told) == len(GUESTS)


def test_a_second_demo_in_the_same_folder_is_one_plain_line(terminal: Terminal) -> None:
    with terminal.running("demo") as process:
        greeting(process)
        (line,) = terminal.run("demo", PORT=str(free_port())).complaints()
        assert is_line(line)
        assert str(terminal.folder) in line
