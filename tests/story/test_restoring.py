"""Yesterday's backup is put back: nothing is sent twice, and who said no since is not texted.

The sandbox, which stands for the world, is not put back: its ledger is the judge.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from tests.story.newcomer import Newcomer, newcoming
from tests.story.world import Place, until
from tests.terminal import Terminal
from tests.test_cli import answers, located

OWN = {"SECRET_KEY": "k" * 40, "HTTP_TIMEOUT_SECONDS": "2", "LOOK_SECONDS": "0,1,2"}
JANE, JOHN = "+17605550123", "+17605550124"
READ_SECONDS = 300.0  # the newest two minutes of the records are left alone


@pytest.fixture
def who(tmp_path: Path, mongodb_uri: str, spare_database: str) -> Iterator[Newcomer]:
    """An installation, with the world around it."""
    with newcoming(tmp_path, located(mongodb_uri, spare_database)) as found:
        yield found


@pytest.fixture
def another(mongodb_uri: str, spare_database: str) -> Iterator[str]:
    """Where it is restored: an empty database."""
    name = f"{spare_database}_back"
    yield located(mongodb_uri, name)
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        client.drop_database(name)


def terminal(who: Newcomer, uri: str) -> Terminal:
    """Commands with all settings, on that database."""
    return Terminal(who.folder, who.values | who.environment | OWN | {"MONGODB_URI": uri})


@contextmanager
def running(who: Newcomer, own: Terminal) -> Iterator[None]:
    """Web and worker."""
    with own.running("web"), own.running("worker"):
        until(lambda: answers(f"{who.address}/readyz"), "the web process's first answer")
        yield


def talk(who: Newcomer, phone: str, words: str) -> Place:
    """A customer writes, and agents are in the channel."""
    who.world.text(phone, words)
    place = who.world.place(words)
    place.joined()
    return place


def before(who: Newcomer, own: Terminal, path: Path) -> dict[str, Place]:
    """Conversations; one answer cannot leave while the backup is taken, and leaves after it."""
    assert own.run("indexes").code == 0
    with running(who, own):
        places = {one: talk(who, one, f"Hello from {one}") for one in (JANE, JOHN)}
        places[JANE].write("Delivered before")
        who.world.reached(JANE, "Delivered before")
        with who.world.without(twilio="down"):
            places[JANE].write("On its way")
            until(lambda: who.world.calls("twilio.messages.create")[1:], "a call that fails")
            taken = own.run("backup", str(path))
            assert taken.code == 0, taken
        who.world.reached(JANE, "Delivered before", "On its way")
        who.world.text(JOHN, "STOP")
        until(lambda: blocked(own, JOHN), "the STOP in force")
    return places


def blocked(own: Terminal, phone: str) -> bool:
    """Whether that number has said no, as that database knows."""
    with MongoClient[dict[str, Any]](own.settings["MONGODB_URI"]) as client:
        found = client.get_default_database()["numbers"].find_one({"phone": phone})
    return bool(found and found.get("blocked"))


def status(own: Terminal, body: str) -> str | None:
    """The status of the text with these words, as that database knows."""
    with MongoClient[dict[str, Any]](own.settings["MONGODB_URI"]) as client:
        found = client.get_default_database()["smsmessages"].find_one({"body": body})
    return str(found["status"]) if found else None


@pytest.mark.long
def test_a_restored_backup_sends_nothing_twice_and_honours_what_was_said_since(
    who: Newcomer, another: str, tmp_path: Path
) -> None:
    path = tmp_path / "all.backup"
    places = before(who, terminal(who, who.values["MONGODB_URI"]), path)
    own = terminal(who, another)
    put_back = own.run("restore", str(path))
    assert put_back.code == 0, put_back
    assert "1 texts had not left" in put_back.out
    assert not blocked(own, JOHN)
    with running(who, own):
        places[JOHN].write("To somebody who said no")
        until(lambda: blocked(own, JOHN), "the STOP in force again", READ_SECONDS)
        said = "To somebody who said no"
        until(lambda: status(own, said) == "canceled", "it is called back", READ_SECONDS)
        until(lambda: status(own, "On its way") == "delivered", "the text found", READ_SECONDS)
        places[JANE].write("Afterwards")
        who.world.reached(JANE, "Delivered before", "On its way", "Afterwards")
    assert who.world.bodies(JOHN) == []


def test_a_database_that_is_half_restored_is_not_served_from(
    who: Newcomer, another: str, tmp_path: Path
) -> None:
    path, own = tmp_path / "all.backup", terminal(who, who.values["MONGODB_URI"])
    assert own.run("indexes").code == 0
    assert own.run("backup", str(path)).code == 0
    back = terminal(who, another)
    assert back.run("restore", str(path)).code == 0
    again = back.run("restore", str(path)).complaints()
    assert "is not empty" in again[0]
    with MongoClient[dict[str, Any]](another) as client:
        ours = client.get_default_database()
        now = ours.client.admin.command("hello")["localTime"]
        ours["processes"].insert_one({"key": "a", "kind": "web", "pid": 7, "seenAt": now})
        refused = back.run("restore", "--replace", str(path)).complaints()
        assert refused[0].startswith(
            "Nothing was changed, as these processes use the database: web"
        )
        ours["processes"].delete_many({})
        ours["restorations"].update_one({}, {"$set": {"state": "loading"}})
    (line,) = back.run("web").complaints()
    assert line.startswith("A backup is being restored into this database")
    assert back.run("restore", str(path)).code == 0
    with MongoClient[dict[str, Any]](another) as client:
        entries = client.get_default_database()["audit"].find({"action": "restore"})
        told = [one["facts"] for one in entries]
    assert [one["replace"] for one in told] == ["False", "False"]
    assert all(datetime.fromisoformat(one["taken_at"]) for one in told)
