"""Our own side: settings, processes, the database's inner state, the store of files."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from adapters.doctor import inside, stores
from adapters.mongo.files import DatabaseFiles
from adapters.settings import Settings
from domain.errors import NotFound
from domain.model import Process
from domain.ports import StoredFile
from tests.clock import NOON

FULL = {
    "embedded_db": True,
    "public_url": "https://texts.example.com",
    "secret_key": "k" * 32,
    "twilio_account_sid": "AC" + "1" * 32,
    "twilio_auth_token": "token",
    "twilio_phone_number": "+17605550100",
    "twilio_api_url": "http://127.0.0.1:1",
    "slack_bot_token": "xoxb-1",
    "slack_signing_secret": "secret",
    "slack_inbox_channel": "C0INBOX",
    "slack_api_url": "http://127.0.0.1:1/",
}


def test_files_with_secrets_that_everybody_may_read_are_named() -> None:
    line = "/run/key can be read by everybody on this machine: run `chmod 600 /run/key`."
    found = inside.settings(given(), [line])
    assert (found.status, line in found.message) == ("warning", True)


def given(**changes: Any) -> Settings:
    """Complete settings, but for these."""
    chosen = {name: value for name, value in (FULL | changes).items() if value is not None}
    return Settings.load(_env_file=None, **chosen)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"public_url": "http://texts.example.com"}, "not https"),
        ({"graphiql": True}, "GRAPHIQL=0"),
        ({"introspection": True}, "INTROSPECTION=0"),
        ({"secret_key": None}, "SECRET_KEY is missing"),
        ({"twilio_api_url": "http://10.0.0.9:1"}, "for Twilio goes to 10.0.0.9"),
        ({"slack_api_url": None}, "Leave TWILIO_API_URL away"),
        ({"twilio_api_url": None}, "SLACK_API_URL is set"),
        ({name: None for name in FULL if name.startswith("slack")}, "SLACK_BOT_TOKEN"),
    ],
)
def test_what_is_unsafe_or_half_done_is_named(changes: dict[str, Any], words: str) -> None:
    found = inside.settings(given(**changes))
    assert (found.status, words in f"{found.message} {found.fix}") == ("warning", True)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"public_url": "http://127.0.0.1:8000"},
        {"environment": "development", "graphiql": True},
        {"slack_api_url": None, "twilio_api_url": "https://api.dublin.ie1.twilio.com"},
    ],
)
def test_complete_and_safe_settings_are_said_so(changes: dict[str, Any]) -> None:
    assert inside.settings(given(**changes)).status == "ok"


def test_each_kind_of_process_is_missed_and_releases_are_compared() -> None:
    web, worker = (Process(kind=kind, version="1") for kind in ("web", "worker"))
    fine = inside.processes([web, worker, worker], ["web", "worker"])
    assert (fine.status, "1 web, 2 worker" in fine.message) == ("ok", True)
    for wanted, missing in ((["web", "worker", "bot"], "bot"), (["worker"], "worker")):
        found = inside.processes([web] if missing == "worker" else [web, worker], wanted)
        assert (found.status, found.fix) == ("failed", f"Start `threadline {missing}`.")
    newer = Process(kind="web", version="2")
    found = inside.processes([web, newer, worker], ["web", "worker"])
    assert (found.status, "1, 2" in found.message) == ("warning", True)


def test_a_good_database_and_store(db: Database[Any], client: MongoClient[Any]) -> None:
    found = stores.look(client, DatabaseFiles(db), NOON)
    assert [(one.name, one.status) for one in found] == [
        ("mongodb_version", "ok"),
        ("mongodb_writes", "ok"),
        ("media", "ok"),
    ]
    assert db["files.files"].count_documents({}) == 0


def test_an_old_database_and_one_that_keeps_nothing(db: Database[Any]) -> None:
    old = {"version": "5.0.9", "versionArray": [5, 0, 9, 0]}
    assert stores.version(old).status == "failed"
    # Of one server a majority of two can never be had.
    assert stores.writes(1, 2).status == "failed"


class Forgetful:
    """A store that takes everything and gives nothing back."""

    def put(self, name: str, content_type: str, parts: Iterable[bytes], **_: object) -> StoredFile:
        return StoredFile("1", name, content_type, len(b"".join(parts)), "", None, "probe")

    def read(self, file_id: str) -> Iterable[bytes]:
        raise NotFound(file_id)


def test_a_store_that_loses_files_is_named() -> None:
    found = stores.media(Forgetful(), NOON + timedelta(0))  # type: ignore[arg-type] # two verbs of it
    assert (found.status, "NotFound" in found.message) == ("failed", True)
