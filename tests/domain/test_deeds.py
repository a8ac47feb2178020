"""Who left, came further or brought something is counted then, for the text that was before."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from bson import ObjectId

from domain.model import Contact, Message
from domain.services import consent, upkeep
from domain.services.consent import Statement
from domain.services.figures.asking import Asked, Told, asked
from domain.services.figures.deeds import further
from domain.services.people import merging, profiles, values
from domain.services.people.profiles import Profile
from tests.clock import NOON
from tests.domain.audience import frozen, people
from tests.domain.build import (
    CUSTOMER,
    OURS,
    POLICY,
    STRANGER,
    TIMING,
    TOKEN,
    customer,
    later,
    received,
)

pytestmark = pytest.mark.usefixtures("db")
DAY = timedelta(days=1)
SALE = ObjectId()


def wrote(body: str, at: datetime, **changes: str) -> None:
    """A customer's text, with what follows from it."""
    received(body, now=at, **changes)
    while message := upkeep.claim(at, TIMING.lease):
        upkeep.carry_out(message)


def texted(at: datetime = NOON, **changes: Any) -> Message:
    """A text of ours to the customer, which left at that moment."""
    thread = received(now=at - DAY).thread_id
    told = {
        "origin": f"test:{ObjectId()}",
        "direction": "outbound",
        "status": "delivered",
        "from_": OURS,
        "to": CUSTOMER,
        "contact_id": customer().id,
        "thread_id": thread,
        "attempted_at": at,
        "created_at": at,
    }
    made: Message = Message(**told | changes).save()
    return made


def told(by: str = "campaign", begin: datetime = NOON - 9 * DAY, **owner: str) -> Told:
    """Figures of the weeks around noon."""
    whose = {name: (one,) for name, one in owner.items()}
    return asked(Asked(begin, NOON + 40 * DAY, by, whose), NOON, POLICY)


def replies() -> tuple[int, int]:
    """Texts that were answered, and people who left."""
    total = told().totals.figures
    return total.replies, total.opt_outs


def test_a_text_is_answered_once_by_whatever_is_written_within_a_week() -> None:
    texted()
    wrote("Yes", later(days=6))
    wrote("Or no", later(days=6, hours=1))
    assert replies() == (1, 0)


@pytest.mark.parametrize(
    "changes",
    [{"purpose": "help"}, {"status": "failed"}, {"attempted_at": NOON - timedelta(days=8)}],
)
def test_what_asks_for_nothing_did_not_arrive_or_is_long_ago_is_not_answered(
    changes: dict[str, Any],
) -> None:
    texted(**changes)
    wrote("Yes", later(hours=1))
    assert Message.objects(replied_at__exists=True).count() == 0


def test_the_last_text_is_the_one_that_is_answered_and_stop_answers_none() -> None:
    first = texted(campaign_id=SALE, template_id=SALE)
    second = texted(later(60))
    wrote("Yes", later(120))
    assert Message.objects(id__in=[first.id, second.id], replied_at=later(120)).count() == 2
    third = texted(later(180))
    wrote("STOP", later(240))
    assert Message.objects.get(id=third.id).replied_at is None
    assert replies() == (2, 1)


def test_who_leaves_is_counted_once_for_the_text_before_however_they_say_it() -> None:
    texted(campaign_id=SALE)
    wrote("STOP", later(60))
    wrote("STOP", later(3600))
    said = Statement("opt_out", "form", later(days=20), level="none")
    consent.record("form:1", STRANGER, said, later(days=20))
    rows = {row.key: row.figures.opt_outs for row in told().rows}
    assert rows == {str(SALE): 1, "none": 1}


def test_who_comes_back_may_leave_again() -> None:
    for minutes, body in enumerate(("STOP", "START", "STOP")):
        wrote(body, later(60 * minutes))
    assert replies() == (0, 2)


@pytest.mark.parametrize(
    ("before", "after", "is_further"),
    [
        *[("new", "contacted", True), ("contacted", "client", True), ("inactive", "client", True)],
        *[("client", "qualified", False), ("new", "inactive", False), ("inactive", "new", False)],
        *[("odd", "client", True), (None, "client", False), ("new", None, False)],
    ],
)
def test_nearer_to_business_is_further(
    before: str | None, after: str | None, is_further: bool
) -> None:
    assert further(before, after) is is_further


def moved(contact: Contact, status: str, at: datetime) -> None:
    profiles.change(contact.id, Profile(status=status), at, POLICY, TOKEN)


def test_who_comes_further_within_a_month_after_a_text_has_converted() -> None:
    contact = customer()
    moved(contact, "contacted", later(-60))
    texted(sent_by={"kind": "agent", "key": "U1"})
    moved(contact, "qualified", later(days=29))
    moved(contact, "contacted", later(days=29, hours=1))
    moved(contact, "client", later(days=31))
    rows = {row.key: row.figures.conversions for row in told("agent").rows}
    assert {key: count for key, count in rows.items() if count} == {"U1": 1}


def test_a_text_to_who_was_merged_is_one_to_who_stayed() -> None:
    texted()
    kept = people(1)[0]
    merging.merge(kept, customer().id, TOKEN, NOON)
    profiles.change(kept, Profile(status="client"), later(60), POLICY, TOKEN)
    assert told().totals.figures.conversions == 1


def test_what_was_brought_is_of_the_campaign_and_of_when_it_was_recorded() -> None:
    contact = Contact.objects.get(id=people(1)[0])
    sale = frozen()
    for amount, campaign in (("10.25", sale.id), ("-0.25", sale.id), ("5", None)):
        values.record(contact.id, Decimal(amount), campaign, None, TOKEN, NOON)
    rows = {row.key: row.figures.worth for row in told().rows}
    assert rows[str(sale.id)] == Decimal("10.00")
    assert told(sender=OURS).totals.figures.worth == Decimal("10.00")
    assert told().totals.figures.worth == Decimal("15.00")


def test_costs_are_prices_estimates_texts_that_came_in_and_numbers_by_the_month() -> None:
    policy = replace(POLICY, numbers=(OURS, "+17605550101"))
    texted(price=Decimal("0.0083"), segments=3)
    texted(later(60), segments=2)
    texted(later(120), segments=9, media_urls=["http://media"])
    texted(later(180), status="failed", segments=9)
    inbound = sum(one.segments for one in Message.objects(direction="inbound"))
    texts = Decimal("0.0083") + 2 * Decimal("0.0079") + Decimal("0.02")
    texts += inbound * Decimal("0.0079")
    begin, end = NOON - DAY / 2, NOON + DAY
    found = asked(Asked(begin, end, "sender"), end + DAY, policy)
    month = Decimal("1.15") * Decimal(1.5 / (365.25 / 12))
    costs = {row.key: row.cost for row in found.rows}
    assert costs["+17605550101"] == month.quantize(Decimal("0.0001"))
    outbound = asked(Asked(begin, end, "agent", {"agent": ("U9",)}), end + DAY, policy).totals.cost
    assert outbound == 0
    total = asked(Asked(begin - 9 * DAY, end, "agent"), end + DAY, policy).totals
    assert total.figures.cost(policy.rates) == texts
