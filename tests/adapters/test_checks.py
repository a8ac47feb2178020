"""What each part says of itself, well and not."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from adapters import checks
from adapters.slack.access import Standing
from domain import outbox
from domain.model import Chore, Contact, ensure_indexes
from domain.ports import Finding
from domain.services import workspaces as registry
from domain.services.recovery import restored
from domain.services.registry import chores
from tests.clock import NOON
from tests.server import free_port

LONG = timedelta(minutes=10)


def token(seconds: int) -> str:
    """A cursor of that moment."""
    return f"82{seconds:08X}0000000129295A"


def test_a_database_that_answers_is_fine(client: MongoClient[dict[str, Any]]) -> None:
    assert checks.mongodb(client).status == "ok"


def test_a_database_that_is_away_is_said_so_without_its_address() -> None:
    address = f"mongodb://jane:s3cret@127.0.0.1:{free_port()}"
    with MongoClient[dict[str, Any]](address, serverSelectionTimeoutMS=100) as away:
        told = checks.mongodb(away)
    assert (told.status, told.fix is not None) == ("failed", True)
    assert "127.0.0.1" not in told.message


def test_without_a_database_nothing_else_is_looked_at() -> None:
    away = Finding("mongodb", "failed", "It is away.")
    assert checks.run([lambda: away, checks.indexes]) == [away]


def test_a_missing_and_an_outdated_index_are_named(db: Database[dict[str, Any]]) -> None:
    assert checks.indexes().status == "ok"
    contacts = Contact._get_collection()
    try:
        contacts.drop_index("status")
        told = checks.indexes()
    finally:
        ensure_indexes()
    assert told.status == "failed"
    assert "contacts.status" in told.message
    assert "threadline indexes" in str(told.fix)
    try:
        for name in ("phones", "search", "namesByName", "status"):
            contacts.drop_index(name)
        told = checks.indexes()
    finally:
        ensure_indexes()
    assert told.message.startswith("4 indexes are missing or outdated: contacts.")
    assert (told.message.count("contacts."), told.message[-3:]) == (3, " ….")


def test_a_feed_that_stands_still_is_said_so() -> None:
    here = int(NOON.timestamp())
    assert checks.feed(token(here), NOON).status == "ok"
    assert checks.feed(token(here), NOON + LONG).status == "failed"
    assert checks.feed(None, NOON).status == "failed"


def test_work_that_waits_too_long_is_said_so(db: Database[dict[str, Any]]) -> None:
    assert checks.workers(NOON).status == "ok"
    db.smsmessages.insert_one({"origin": "test", "dispatch": outbox.due(NOON)})
    assert checks.workers(NOON + timedelta(seconds=30)).status == "ok"
    told = checks.workers(NOON + LONG)
    assert (told.status, "2026-03-04 20:0" in told.message) == ("failed", True)


def test_what_is_not_configured_is_a_warning_that_names_it() -> None:
    assert checks.configured("slack", ()).status == "ok"
    told = checks.configured("slack", ["SLACK_BOT_TOKEN"])
    assert (told.status, "SLACK_BOT_TOKEN" in told.message) == ("warning", True)


def test_a_void_token_fails_and_missing_scopes_warn(db: Database[dict[str, Any]]) -> None:
    assert checks.slack((), ()).status == "ok"
    assert "SLACK_BOT_TOKEN" in checks.slack(["SLACK_BOT_TOKEN"], ()).message
    lacking = Standing("settings", None, ("files:read", "pins:write"))
    told = checks.slack((), [lacking])
    assert (told.status, "the workspace lacks files:read, pins:write" in told.message) == (
        "warning",
        True,
    )
    told = checks.slack((), [lacking, Standing("settings", "token_revoked", ())])
    assert (told.status, "the workspace (token_revoked)" in told.message) == ("failed", True)


def test_whose_token_it_is_is_told_by_name(db: Database[dict[str, Any]]) -> None:
    registry.installed("T1", "Acme", "U1", NOON)
    told = checks.slack((), [Standing("T1", "account_inactive", ())])
    assert "Acme (account_inactive)" in told.message


def test_a_number_without_a_workspace_is_told_with_what_to_do(
    db: Database[dict[str, Any]],
) -> None:
    ours, url = ["+17605550100", "+17605550101"], "https://texts.example.com/slack/install"

    def told() -> tuple[str, str]:
        found = checks.workspaces([], ours, url)
        return found.status, f"{found.message} {found.fix}"

    assert told()[0] == "warning"
    assert url in told()[1]
    registry.installed("T1", "Acme", "U1", NOON)
    assert told()[0] == "failed"
    assert "Set up" in told()[1]
    registry.set_up("T1", registry.Choices("C0I", tuple(ours)), ours)
    assert told()[0] == "ok"
    registry.installed("T2", "Beta", "U1", NOON)
    registry.removed("T1", NOON + LONG)
    assert "+17605550100, +17605550101 wait" in told()[1]
    assert "Acme removed the app" in told()[1]


def test_tokens_that_another_key_closed_are_told(db: Database[dict[str, Any]]) -> None:
    found = checks.workspaces(["Acme"], [], "https://texts.example.com/slack/install")
    assert (found.status, "Acme" in found.message, "SECRET_KEY" in found.message) == (
        "failed",
        True,
        True,
    )


def test_a_service_of_the_carriers_that_works_is_fine(db: Database[dict[str, Any]]) -> None:
    for name in checks.CHORES:
        assert checks.carried(name).status == "ok"


def test_one_that_was_refused_says_why_since_when_and_what_to_do(
    db: Database[dict[str, Any]],
) -> None:
    chores.troubled(chores.LOOKUP, "Twilio refused it: HTTP 403.", NOON)
    chores.troubled(chores.LOOKUP, "Twilio refused it: HTTP 404.", NOON + LONG)
    told = checks.carried(chores.LOOKUP)
    assert told.status == "warning"
    assert "HTTP 404. (since 2026-03-04 20:00 UTC)" in told.message
    assert "TWILIO_LOOKUP=0" in str(told.fix)
    assert checks.carried(chores.CONSENTS).status == "ok"


def test_numbers_of_which_twilio_took_nothing_are_counted(db: Database[dict[str, Any]]) -> None:
    tell = {"due_at": NOON, "refused": "INVALID_SENDER_ID (error 30646)"}
    db.numbers.insert_many([{"phone": f"+1760555012{one}", "tell": tell} for one in range(2)])
    told = checks.carried(chores.CONSENTS)
    assert (told.status, "of 2 numbers" in told.message) == ("warning", True)


def test_a_confirmation_that_twilio_refused_shows_a_wrong_owner(
    db: Database[dict[str, Any]],
) -> None:
    """Row: §5.2"""
    refused = {
        "origin": "stop:SM1",
        "status": "failed",
        "direction": "outbound",
        "createdAt": NOON,
        "purpose": "optout_confirmation",
        "errorCode": 21610,
    }
    assert checks.confirmations("threadline", NOON).status == "ok"
    db.smsmessages.insert_one(refused)
    assert checks.confirmations("twilio", NOON).status == "ok"
    told = checks.confirmations("threadline", NOON)
    assert (told.status, "CONFIRMATION_OWNER=twilio" in (told.fix or "")) == ("warning", True)
    assert checks.confirmations("threadline", NOON + timedelta(days=8)).status == "ok"


def looked(**look: Any) -> None:
    """The carrier's records were looked through, with this result."""
    kept = {f"look.{name}": value for name, value in look.items()}
    fields = {"$set": {"name": chores.RECORDS, **kept}}
    Chore._get_collection().update_one({"name": chores.RECORDS}, fields, upsert=True)


def test_records_that_are_looked_through_are_fine(db: Database[Any]) -> None:
    assert checks.records(NOON).status == "ok"
    looked(lookedTo=NOON - LONG)
    assert checks.records(NOON).status == "ok"


def test_records_that_nobody_looks_through_are_told(db: Database[Any]) -> None:
    looked(lookedTo=NOON - timedelta(hours=2))
    told = checks.records(NOON)
    assert (told.status, "2026-03-04 18:00" in told.message) == ("warning", True)


def test_records_that_may_not_be_looked_through_are_told(db: Database[Any]) -> None:
    chores.troubled(chores.RECORDS, "Twilio does not accept our credentials.", NOON)
    told = checks.records(NOON)
    assert (told.status, "credentials" in told.message) == ("failed", True)


@pytest.mark.parametrize(("attempts", "status"), [(4, "ok"), (5, "warning")])
def test_records_that_cannot_be_read_again_and_again_are_told(
    db: Database[Any], attempts: int, status: str
) -> None:
    looked(lookedTo=NOON)
    work = {"work.attempts": attempts, "work.last_error": "Twilio's answer could not be read"}
    Chore._get_collection().update_one({"name": chores.RECORDS}, {"$set": work})
    told = checks.records(NOON)
    assert (told.status, "could not be read" in told.message) == (status, status == "warning")


def test_texts_of_another_program_are_told(db: Database[Any]) -> None:
    looked(lookedTo=NOON, foreignBefore=3)
    told = checks.records(NOON)
    assert (told.status, told.message.startswith("3 texts left")) == ("warning", True)


@pytest.mark.usefixtures("db")
def test_how_far_a_restore_is() -> None:
    assert checks.restoration().status == "ok"
    restored.begin("abc", NOON)
    half = checks.restoration()
    assert (half.status, half.fix) == ("failed", checks.RESTORE_FIX)
    restored.end(NOON, NOON + timedelta(hours=1))
    told = checks.restoration()
    assert told.status == "warning"
    assert "No text leaves before Twilio's records since then are read: 0 texts" in told.message
    assert restored.read(NOON + timedelta(hours=1))
    assert checks.restoration().status == "ok"
