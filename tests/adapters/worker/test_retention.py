"""What people said about texts is kept: years go by, files are cleared away, a no still stands."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from adapters.mongo.files import DatabaseFiles
from adapters.mongo.pace import COLLECTION, DatabasePace
from adapters.worker.campaigning import Campaigner
from adapters.worker.crew import lanes
from adapters.worker.importing import Importer
from adapters.worker.tidying import Tidier
from domain.errors import Refused
from domain.model import NOUNS, Author, ConsentEvent, Contact, Number, NumberKey, Wording
from domain.services import consent, hindsight, wordings
from domain.services.consent import Statement, reading
from domain.services.hindsight import Asked
from domain.services.people import deletion
from domain.services.programs import sending
from tests import local
from tests.clock import NOON, FakeClock
from tests.domain.build import CUSTOMER, POLICY, STRANGER, TIMING, customer, draft, later

KEPT = (ConsentEvent, Number, NumberKey, Wording)
DECADE = timedelta(days=3_653)


def stored() -> dict[str, list[Any]]:
    """All that proves consent, as it is in the database."""
    return {noun.__name__: list(noun._get_collection().find().sort("_id", 1)) for noun in KEPT}


@pytest.fixture
def person(db: Database[dict[str, Any]]) -> Contact:
    """Somebody who agreed and opted out an hour later; a second number of nobody did the same."""
    shown = wordings.current(POLICY, NOON)
    made = customer()
    for phone in (CUSTOMER, STRANGER):
        yes = Statement("opt_in", "form", NOON, wording=shown.text, wording_version=shown.version)
        consent.record(f"test:in/{phone}", phone, yes, NOON)
        no = Statement("opt_out", "keyword", later(3600), level="none", message_sid=f"SM{phone}")
        consent.record(f"test:out/{phone}", phone, no, later(3600))
    return made


async def grown_old(db: Database[dict[str, Any]], clock: FakeClock) -> None:
    """Ten years pass, and a worker does all that is to be done by then."""
    files = DatabaseFiles(db)
    old = files.put("a", "x/y", [b"a"], kind="proof", now=NOON, expires_at=later(60)).id
    clock.set(NOON + DECADE)
    hands: dict[str, Any] = {
        "tidier": Tidier(files, clock),
        "importer": Importer(files, clock, POLICY),
    }
    campaigner = Campaigner(DatabasePace(db[COLLECTION]), clock, POLICY)
    crew = [*lanes(clock, TIMING.lease, None, None, **hands), campaigner.lane()]
    running = [asyncio.create_task(lane.run()) for lane in crew]
    async with asyncio.timeout(local.PATIENCE):
        while files.find(old):
            await asyncio.sleep(0.01)
    for lane in crew:
        lane.stop()
    await asyncio.gather(*running)


async def test_ten_years_on_everything_is_there_and_a_no_is_a_no(
    db: Database[dict[str, Any]], clock: FakeClock, person: Contact
) -> None:
    """Row: §7.3. Row: §2.VA."""
    before = stored()
    await grown_old(db, clock)
    assert stored() == before
    assert [one.action for one in reading.of_phone(CUSTOMER)] == ["opt_in", "opt_out"]
    for phone in (CUSTOMER, STRANGER):
        with pytest.raises(Refused) as told:
            sending.send(draft(phone=phone), clock.now(), POLICY)
        assert told.value.code == "OPTED_OUT"


async def test_ten_years_on_the_past_is_judged_as_it_was(
    db: Database[dict[str, Any]], clock: FakeClock, person: Contact
) -> None:
    """Row: §7.3."""
    await grown_old(db, clock)
    for minutes, allowed in ((30, True), (90, False)):
        asked = Asked(person, "informational", later(minutes=minutes), Author())
        verdict = hindsight.can_text(asked, clock.now(), POLICY)
        assert verdict.allowed is allowed, (minutes, verdict)


async def test_a_contact_that_is_deleted_leaves_its_no_for_as_long(
    db: Database[dict[str, Any]], clock: FakeClock, person: Contact
) -> None:
    """Row: §7.3."""
    before = {name: stored()[name] for name in ("ConsentEvent", "NumberKey", "Wording")}
    deletion.delete(person.id, NOON)
    await grown_old(db, clock)
    assert {name: stored()[name] for name in before} == before
    assert Number.objects.get(phone=CUSTOMER).blocked


def test_nothing_of_it_ends_by_itself() -> None:
    ending = {one.__name__ for one in NOUNS for found in one.INDEXES if _ends(found.document)}
    assert not ending & {noun.__name__ for noun in KEPT}
    assert "Message" not in ending


def _ends(found: dict[str, Any]) -> bool:
    return "expireAfterSeconds" in found
