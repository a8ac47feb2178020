"""What a campaign cost and brought, and who got nothing of it."""

from decimal import Decimal
from typing import Any

import pytest
from bson import Decimal128

from domain.model import Campaign, ConsentEvent, Contact, Message
from domain.services import upkeep
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.sending import steering
from domain.services.campaigns.showing import counting, exclusions, results
from domain.services.campaigns.showing.results import Failure, Results
from domain.services.people import values
from tests.clock import NOON
from tests.domain.audience import frozen, listed, people, phone
from tests.domain.build import POLICY, TIMING, TOKEN, later, received

pytestmark = pytest.mark.usefixtures("db")
EACH = Decimal("0.0079")


def raw(made: Campaign) -> dict[str, Any]:
    return dict(drafting.get(made.id).to_mongo().to_dict())


def came(made: Campaign) -> Results:
    return results.of([raw(made)], POLICY)[made.id]


def fared(place: int, status: str, **fields: Any) -> None:
    """What became of the text to that one."""
    changed = {f"set__{name}": value for name, value in fields.items()}
    Message.objects(to=phone(place), direction="outbound").update(set__status=status, **changed)


def wrote(body: str, place: int, **parts: float) -> None:
    received(body, sender=phone(place), now=later(**parts))
    while message := upkeep.claim(later(**parts), TIMING.lease):
        upkeep.carry_out(message)


def test_a_text_costs_what_the_carrier_says_else_what_it_should() -> None:
    people(5)
    made = frozen()
    assert came(made).cost == 0
    fared(0, "delivered", price=Decimal128("0.01"))
    fared(1, "sent")
    fared(2, "undelivered", segments=3)
    fared(3, "failed")
    assert came(made).cost == Decimal("0.01") + EACH + 3 * EACH


def test_texts_that_came_within_a_week_are_costs_too() -> None:
    people(3)
    made = frozen()
    for place in range(3):
        fared(place, "delivered", attempted_at=NOON)
    wrote("When?", 0, hours=1)
    wrote("And where?", 0, hours=2)
    wrote("STOP", 1, hours=3)
    wrote("Still there?", 0, days=8)
    assert came(made).cost == 3 * EACH + 3 * EACH


def test_what_came_back_is_what_was_recorded_for_it() -> None:
    own, _ = people(2)
    made, other = frozen(), frozen(name="Two", key="2")
    Message.objects(campaign_id=made.id).update(set__status="sent", set__price=Decimal128("1"))
    values.record(own, Decimal(6), made.id, None, TOKEN, NOON)
    values.record(own, Decimal(100), other.id, None, TOKEN, NOON)
    found = came(made)
    assert found.cost == 2
    assert found.value == 6
    assert found.roi == 2.0
    assert came(other).roi is None


def test_failures_are_told_by_the_reason() -> None:
    people(6)
    made = frozen()
    for place in range(3):
        fared(place, "undelivered", error_code=30007, error_message="Filtered.")
    fared(3, "failed", error_code=21614, error_message="No mobile.")
    fared(4, "failed")
    assert came(made).failed == (
        Failure(30007, "Filtered.", 3),
        Failure(None, results.UNKNOWN, 1),
        Failure(21614, "No mobile.", 1),
    )
    assert came(made).failures == {"Filtered.": 3, "No mobile.": 1, results.UNKNOWN: 1}


def test_clicks_are_counted() -> None:
    people(2)
    made = frozen()
    fared(0, "delivered", clicked_at=NOON)
    assert came(made).clicks == 1
    assert counting.counted([raw(made)])[made.id].clicks == 1


def test_several_are_measured_together() -> None:
    people(1)
    made = [frozen(name=name, key=name) for name in ("A", "B")]
    Message.objects(campaign_id=made[0].id).update(set__status="sent")
    found = results.of([raw(one) for one in made], POLICY)
    assert [found[one.id].cost for one in made] == [EACH, 0]
    assert results.of([], POLICY) == {}


def groups(made: Campaign) -> list[tuple[str, int]]:
    found = exclusions.grouped([raw(made)])[made.id]
    return [(one.code, one.count) for one in found]


def test_all_who_count_as_excluded_are_told_by_the_reason() -> None:
    own = people(7)
    ConsentEvent.objects(number=ConsentEvent.objects.order_by("id").first().number).delete()
    Contact.objects(id=own[1]).update(phone="call me", phones=["call me"])
    for place in (2, 3):
        received("STOP", sender=phone(place))
    made = frozen()
    received("STOP", sender=phone(4))
    assert sorted(groups(made)) == [
        ("CONFLICT", 1),
        ("INVALID_PHONE", 1),
        ("OPTED_OUT", 2),
        ("OPT_IN_REQUIRED", 1),
    ]
    counts = counting.counted([raw(made)])[made.id]
    assert counts.excluded == sum(count for _, count in groups(made))
    (refused,) = [
        one for one in exclusions.grouped([raw(made)])[made.id] if one.code == "OPTED_OUT"
    ]
    assert set(refused.contact_ids) == set(own[2:4])


def test_of_one_that_was_called_off_the_rest_is_told() -> None:
    people(4)
    made = listed()
    steering.cancel(made.id, NOON)
    assert groups(made) == [("CONFLICT", 4)]
    assert len(exclusions.grouped([raw(made)])[made.id][0].contact_ids) == exclusions.SAMPLE
