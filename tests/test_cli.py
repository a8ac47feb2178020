"""The commands as an operator meets them: what they do, and plain lines when they cannot."""

import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx2
import pytest
from pymongo import MongoClient

import app
from adapters import demo
from domain.services.tokens import PREFIX
from tests import local
from tests.server import free_port
from tests.terminal import Terminal, is_line

TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_PHONE_NUMBER": "+17605550100",
}


def located(uri: str, database: str) -> str:
    """The address of one database of that server."""
    server, _, options = uri.partition("/?")
    return f"{server.rstrip('/')}/{database}" + (f"?{options}" if options else "")


@pytest.fixture
def terminal(tmp_path: Path, mongodb_uri: str, spare_database: str) -> Terminal:
    """A terminal whose commands use an empty database of this run's server."""
    uri = located(mongodb_uri, spare_database)
    return Terminal(tmp_path, {"MONGODB_URI": uri, "DRAIN_SECONDS": "0"})


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def test_every_wrong_setting_is_one_plain_line(terminal: Terminal) -> None:
    ended = terminal.run("web", PORT="99999", PUBLIC_URL="texts", SECRET_KEY="short-but-secret")
    lines = ended.complaints()
    assert [line.split()[0] for line in lines] == ["PORT", "PUBLIC_URL", "SECRET_KEY"]
    assert all(map(is_line, lines))
    assert "short-but-secret" not in ended.err


def test_half_a_configuration_says_what_is_missing(terminal: Terminal) -> None:
    ended = terminal.run("worker", TWILIO_ACCOUNT_SID=TWILIO["TWILIO_ACCOUNT_SID"])
    first = ended.complaints()[0]
    assert first.startswith("Twilio not configured. Missing environment variables.")
    assert "TWILIO_AUTH_TOKEN" in first


def test_a_database_that_cannot_be_reached_is_one_plain_line(terminal: Terminal) -> None:
    away = f"mongodb://jane:s3cret@127.0.0.1:{free_port()}/x?serverSelectionTimeoutMS=300"
    ended = terminal.run("indexes", MONGODB_URI=away)
    (line,) = ended.complaints()
    assert is_line(line)
    assert "MONGODB_URI" in line
    assert "s3cret" not in ended.err


def test_a_port_in_use_is_one_plain_line(terminal: Terminal, taken: int) -> None:
    *_, line = terminal.run("web", PORT=str(taken)).complaints()
    assert line.startswith(f"Port {taken}:")
    assert is_line(line)


def test_a_data_directory_that_cannot_be_one_is_one_plain_line(terminal: Terminal) -> None:
    (terminal.folder / "data").write_text("in the way")
    (line,) = terminal.run("demo", THREADLINE_DATA="data").complaints()
    assert is_line(line)


def test_a_demo_whose_port_is_in_use_has_not_begun(terminal: Terminal, taken: int) -> None:
    ended = terminal.run("demo", PORT=str(taken))
    (line,) = ended.complaints()
    assert line.startswith(f"Port {taken}:")
    assert ended.out == ""
    with MongoClient[Any](terminal.settings["MONGODB_URI"]) as client:
        assert client.get_default_database().list_collection_names() == []


def test_the_demo_does_not_run_beside_real_credentials(terminal: Terminal) -> None:
    real = TWILIO | {"SECRET_KEY": "k" * 40, "PUBLIC_URL": "https://texts.example.com"}
    (line,) = terminal.run("demo", **real).complaints()
    assert "TWILIO_ACCOUNT_SID" in line
    assert list(terminal.folder.iterdir()) == []


def test_socket_mode_without_its_token_is_one_plain_line(terminal: Terminal) -> None:
    (line,) = terminal.run("bot").complaints()
    assert line.startswith("SLACK_APP_TOKEN is missing")


@pytest.mark.parametrize(
    "words",
    [
        ("token", "revoke", "64b000000000000000000000"),
        ("token", "create", "CRM", "--scope", "everything"),
    ],
    ids=["unknown", "no such scope"],
)
def test_what_cannot_be_done_with_a_token_is_one_plain_line(
    terminal: Terminal, words: tuple[str, ...]
) -> None:
    (line,) = terminal.run(*words).complaints()
    assert is_line(line)


def test_a_token_is_made_listed_and_revoked(terminal: Terminal) -> None:
    made = terminal.run("token", "create", "CRM", "--scope", "read", "--scope", "write")
    secret = made.out.strip()
    assert (made.code, made.err) == (0, "")
    assert secret.startswith(PREFIX)
    token_id, scopes, name = terminal.run("token", "list").out.split()
    assert (scopes, name) == ("read,write", "CRM")
    assert terminal.run("token", "revoke", token_id).out == "Revoked.\n"
    listed = terminal.run("token", "list")
    assert listed.out.split() == [token_id, "revoked", "CRM"]
    assert secret not in listed.out


def test_making_the_indexes_may_be_repeated(terminal: Terminal) -> None:
    first, again = (terminal.run("indexes") for _ in range(2))
    assert (first.code, again.code, first.err) == (0, 0, "")
    head, shipped = first.out.splitlines()
    assert (again.out, shipped) == (f"{head}\n", "3 templates to begin with have been added.")
    assert " indexes are in place in spare_" in first.out
    with MongoClient[Any](terminal.settings["MONGODB_URI"]) as client:
        assert "pair" in client.get_default_database()["threads"].index_information()
        assert "expires" in client.get_default_database()["files.files"].index_information()


def test_the_schema_is_printed_as_it_is(terminal: Terminal) -> None:
    printed = terminal.run("schema")
    assert (printed.code, printed.out) == (0, app.schema_text())


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    deadline = monotonic() + local.PATIENCE
    while not holds():
        assert monotonic() < deadline
        sleep(0.05)


def answers(url: str) -> bool:
    """Whether a server is there."""
    try:
        return local.get(url, timeout=5).is_success
    except httpx2.TransportError:
        return False


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 0)])
def test_the_web_process_serves_until_it_is_told_to_stop(
    terminal: Terminal, number: signal.Signals, code: int
) -> None:
    port = free_port()
    with terminal.running("web", PORT=str(port)) as process:
        until(lambda: answers(f"http://127.0.0.1:{port}/healthz"))
        ended = terminal.stopped(process, number)
    assert ended.code == code
    assert "Traceback" not in ended.err


def test_event_streams_end_with_the_server(terminal: Terminal) -> None:
    port = free_port()
    secret = terminal.run("token", "create", "CRM", "--scope", "read").out.strip()
    headers = {"authorization": f"Bearer {secret}", "accept": "text/event-stream"}
    body = {"query": "subscription { messages { cursor } }"}
    with terminal.running("web", PORT=str(port)) as process:
        until(lambda: answers(f"http://127.0.0.1:{port}/healthz"))
        url = f"http://127.0.0.1:{port}/graphql"
        with local.stream("POST", url, json=body, headers=headers) as reply:
            began = monotonic()
            process.send_signal(signal.SIGTERM)
            told = "".join(reply.iter_text())
        seconds = monotonic() - began
    assert seconds < 2.5  # before uvicorn would lose its patience
    assert "complete" not in told  # so that the client comes again


def follows(terminal: Terminal) -> bool:
    """Whether somebody follows the changes of the terminal's database."""
    with MongoClient[Any](terminal.settings["MONGODB_URI"]) as client:
        stages: list[dict[str, Any]] = [
            {"$currentOp": {"idleCursors": True}},
            {"$match": {"cursor.originatingCommand.$db": client.get_default_database().name}},
        ]
        return bool(list(client["admin"].aggregate(stages)))


def test_a_worker_without_twilio_and_slack_has_nothing_to_do(terminal: Terminal) -> None:
    first, second = terminal.run("worker").complaints()
    assert first.startswith("Twilio not configured. Missing environment variables.")
    assert "SLACK_BOT_TOKEN" in second


def test_the_demos_database_is_not_used_for_real(terminal: Terminal) -> None:
    with MongoClient[Any](terminal.settings["MONGODB_URI"]) as client:
        demo.mark(client.get_default_database())
    real = {"SECRET_KEY": "k" * 32, "PUBLIC_URL": "https://texts.example.com"}
    (line,) = terminal.run("web", **TWILIO, **real).complaints()
    assert line.startswith("This database holds the demo")


def test_the_worker_works_until_it_is_told_to_stop(terminal: Terminal) -> None:
    away = {"TWILIO_API_URL": "http://127.0.0.1:9"}
    with terminal.running("worker", **TWILIO, **away) as process:
        until(lambda: follows(terminal))
        ended = terminal.stopped(process, signal.SIGTERM)
    assert ended.code == 0
    assert "Traceback" not in ended.err
