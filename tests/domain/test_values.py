"""What customers brought is written down to the cent, once, and counts for the campaign named."""

from decimal import Decimal
from functools import partial

import pytest
from bson import ObjectId

from domain.errors import InvalidInput, NotFound
from domain.model import Activity, Campaign
from domain.services.people import merging, values
from tests.clock import NOON
from tests.domain.audience import listed, people
from tests.domain.build import TOKEN, customer, race

pytestmark = pytest.mark.usefixtures("db")


def campaign() -> Campaign:
    people(1)
    return listed()


def test_an_amount_is_a_line_of_the_timeline_that_names_its_campaign() -> None:
    contact, sale = customer(), campaign()
    made = values.record(contact.id, Decimal("1200.505"), sale.id, " Sold! ", TOKEN, NOON)
    stored = Activity.objects(kind=values.KIND).get()
    assert stored.id == made.id
    assert (stored.contact_id, stored.campaign_id, stored.author.name) == (
        contact.id,
        sale.id,
        "CRM",
    )
    assert stored.amount == Decimal("1200.50")
    assert stored.text == f"Value of 1,200.50 recorded for the campaign {sale.name}: Sold!"


def test_what_is_paid_back_is_taken_off_and_what_is_owed_to_none_counts_for_none() -> None:
    contact, sale = customer(), campaign()
    for amount in ("0.10", "0.20", "-0.05"):
        values.record(contact.id, Decimal(amount), sale.id, None, TOKEN, NOON)
    values.record(contact.id, Decimal(9), None, None, TOKEN, NOON)
    assert values.of_campaigns([sale.id, ObjectId()]) == {sale.id: Decimal("0.25")}
    assert Activity.objects(amount=Decimal(9)).get().text == "Value of 9.00 recorded."


def test_one_origin_is_one_amount_however_many_record_it() -> None:
    contact, sale = customer(), campaign()
    record = partial(values.record, contact.id, Decimal(5), sale.id, None, TOKEN, NOON)
    made = race(*[partial(record, origin="value:token1/1")] * 4)
    assert len({one.id for one in made}) == 1
    assert values.of_campaigns([sale.id]) == {sale.id: Decimal(5)}


@pytest.mark.parametrize(
    "amount", ["0", "0.004", "NaN", "sNaN", "Infinity", "1e9999", "-1000000000.01"]
)
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        values.record(customer().id, Decimal(amount), None, None, TOKEN, NOON)
    assert refused.value.fields[0].field == "amount"
    assert Activity.objects.count() == 0


@pytest.mark.parametrize("note", ["a\0b", "x" * 20_001])
def test_a_note_that_cannot_be_kept_is_refused(note: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        values.record(customer().id, Decimal(1), None, note, TOKEN, NOON)
    assert refused.value.fields[0].field == "note"


@pytest.mark.parametrize("unknown", ["f" * 24, "spring"])
def test_nobody_and_no_campaign_have_no_value(unknown: str) -> None:
    with pytest.raises(NotFound, match="contact"):
        values.record(unknown, Decimal(1), None, None, TOKEN, NOON)
    with pytest.raises(NotFound, match="campaign"):
        values.record(customer().id, Decimal(1), unknown, None, TOKEN, NOON)
    assert Activity.objects.count() == 0


def test_the_value_of_who_was_merged_is_of_who_stayed() -> None:
    kept, gone = customer(), people(1)[0]
    merging.merge(kept.id, gone, TOKEN, NOON)
    made = values.record(gone, Decimal(1), None, None, TOKEN, NOON)
    assert made.contact_id == kept.id
