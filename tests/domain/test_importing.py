"""An import goes on whoever is killed, ends when it is called off, and is never done twice."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from mongoengine.connection import get_db

from domain.errors import Conflict, NotFound
from domain.model import Activity, Contact, Import
from domain.services.people import contacts
from domain.services.tables import importing, imports
from tests.clock import NOON, FakeClock
from tests.domain.build import later
from tests.domain.tables import (
    AT_ONCE,
    JOE,
    claimed,
    counts,
    csv,
    files,
    finished,
    handed_in,
    imported,
    many,
    nobody,
    row,
    snapshot,
    work,
)

pytestmark = pytest.mark.usefixtures("db")
SECONDS = timedelta(seconds=3)
WRITTEN = ("contacts", "ledger", "numbers", "activities", "importerrors")


def test_an_import_that_was_called_off_does_nothing_more() -> None:
    made = handed_in(csv(row()))
    assert imports.cancel(made.id, files(), later(1)).status == "canceled"
    assert finished(made).status == "canceled"
    assert Contact.objects.count() == 0
    assert files().find(made.file_id) is None


def test_calling_off_takes_effect_at_the_next_page() -> None:
    made = handed_in(csv(*many(12)))
    held = claimed()

    def call_off(now: Import) -> None:
        if now.done == AT_ONCE:
            imports.cancel(made.id, files(), NOON)

    work(held, FakeClock(), call_off)
    after = imports.get(made.id)
    assert (after.status, after.done) == ("canceled", AT_ONCE)
    assert Contact.objects.count() == AT_ONCE


def test_calling_off_twice_is_once_and_what_has_ended_cannot_be() -> None:
    made = handed_in(csv(row()))
    for _ in range(2):
        assert imports.cancel(made.id, files(), NOON).status == "canceled"
    with pytest.raises(Conflict):
        imports.cancel(imported(row()).id, files(), NOON)


@pytest.mark.parametrize("import_id", [nobody(), "no id", "\0"])
def test_an_unknown_import_is_not_found(import_id: object) -> None:
    with pytest.raises(NotFound):
        imports.cancel(import_id, files(), NOON)


def test_a_worker_that_was_away_too_long_changes_nothing() -> None:
    made = handed_in(csv(*many(8)))
    slow, clock = claimed(), FakeClock(NOON + importing.LEASE)
    assert finished(made, clock).status == "done"
    before = snapshot(*WRITTEN, "imports")
    work(slow, clock)
    assert snapshot(*WRITTEN, "imports") == before


def test_only_one_at_a_time_works_on_an_import() -> None:
    handed_in(csv(row()))
    assert importing.claim(NOON)
    assert importing.claim(NOON) is None
    assert importing.earliest() == NOON + importing.LEASE
    assert importing.claim(NOON + importing.LEASE)


def test_a_turn_is_a_few_seconds_and_the_rest_is_due_at_once() -> None:
    made = handed_in(csv(*many(14)))
    held, clock = importing.claim(NOON), FakeClock()
    assert held
    work(held, clock, lambda _: clock.set(clock.now() + SECONDS))
    assert imports.get(made.id).done == 2 * AT_ONCE
    assert importing.earliest() == clock.now()
    assert finished(made, clock).created == 14


def test_a_file_that_has_vanished_fails_the_import() -> None:
    made = handed_in(csv(row()))
    files().delete(made.file_id)
    after = finished(made)
    assert (after.status, after.problem) == ("failed", "This file is gone.")


class Crash(Exception):
    """The process was killed."""


@pytest.fixture
def broken_report() -> Iterator[Any]:
    """The last write of a page fails."""
    get_db().command("collMod", "importerrors", validator={"row": {"$lt": 0}})
    yield
    get_db().command("collMod", "importerrors", validator={})


@pytest.mark.usefixtures("broken_report")
def test_a_page_that_fails_at_its_last_write_has_done_nothing() -> None:
    made = handed_in(csv(row(smsOptIn="yes"), row("12")))
    held = claimed()
    with pytest.raises(Exception, match="validation"):
        work(held, FakeClock())
    assert Contact.objects.count() + Activity.objects.count() == 0
    assert imports.get(made.id).done == 0


@pytest.mark.usefixtures("broken_report")
def test_an_import_that_fails_again_and_again_ends() -> None:
    made = handed_in(csv(row("12")))
    clock = FakeClock()
    for _ in range(importing.MOST_ATTEMPTS):
        held = claimed(clock.now())
        with pytest.raises(Exception, match="validation"):
            work(held, clock)
        clock.advance(importing.LEASE.total_seconds())
    assert finished(made, clock).status == "failed"


def test_after_a_crash_it_goes_on_and_comes_to_the_same() -> None:
    rows = [*many(12, smsOptIn="yes"), row("12"), row("13")]
    whole = imported(*rows)
    expected = snapshot(*WRITTEN)
    for name in (*expected, "numberkeys"):
        get_db()[name].delete_many({})
    made, clock = handed_in(csv(*rows)), FakeClock()

    def crash(_: Import) -> None:
        raise Crash

    while held := importing.claim(clock.advance(11), made.id):
        with pytest.raises(Crash) if held.done < held.total else nullcontext():
            work(held, FakeClock(), crash)
    after = imports.get(made.id)
    assert (after.status, counts(after)) == ("done", counts(whole))
    assert snapshot(*WRITTEN) == expected


def test_the_unfinished_import_of_a_file_is_found_again() -> None:
    made = handed_in(csv(row()))
    handed_in(csv(row()), dry_run=True)
    handed_in(csv(row(JOE)))
    found = imports.unfinished(made.digest)
    assert found
    assert found.id == made.id
    finished(made)
    assert imports.unfinished(made.digest) is None


def test_somebody_else_may_make_the_same_contact_meanwhile() -> None:
    made = handed_in(csv(*many(8)))
    held = claimed()

    def meet(_: Import) -> None:
        met = many(1, start=7)[0]["phone"]
        if contacts.by_phone(met) is None:
            contacts.add(Contact(first_name="Met", phone=met), NOON + timedelta(1))

    work(held, FakeClock(), meet)
    assert counts(imports.get(made.id)) == (7, 1, 0)
    assert Contact.objects.count() == 8


def test_a_page_that_gets_no_room_is_divided() -> None:
    made = handed_in(csv(*many(7), row("12")))
    taken = {"origin": f"import:{made.id}/5", "phone": "+17605550199", "phones": ["+17605550199"]}
    get_db()["contacts"].insert_one(taken | {"firstName": "In the way", "createdAt": NOON})
    held = claimed()
    with pytest.raises(importing.Crowded):
        work(held, FakeClock())
    after = imports.get(made.id)
    assert (after.done, after.created, after.row) == (3, 3, 4)
    get_db()["contacts"].delete_one(taken)
    assert counts(finished(made, FakeClock(NOON + importing.LEASE))) == (7, 0, 1)
