"""What customers brought is written down to the cent, once, and counts for the campaign named."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from bson import ObjectId

from domain.errors import Conflict, InvalidInput, NotFound
from domain.model import Activity, Campaign, Contact
from domain.services.people import merging, values
from tests.clock import NOON
from tests.domain.audience import frozen, people
from tests.domain.build import TOKEN, customer, race

pytestmark = pytest.mark.usefixtures("db")


def texted() -> tuple[Contact, Campaign]:
    """Somebody, and a campaign that has texted them."""
    contact = Contact.objects.get(id=people(1)[0])
    return contact, frozen()


def test_an_amount_is_a_line_of_the_timeline_that_names_its_campaign() -> None:
    contact, sale = texted()
    made = values.record(contact.id, Decimal("1200.50"), sale.id, " Sold! ", TOKEN, NOON)
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
    contact, sale = texted()
    for amount in ("0.10", "0.20", "-0.05"):
        values.record(contact.id, Decimal(amount), sale.id, None, TOKEN, NOON)
    values.record(contact.id, Decimal(9), None, None, TOKEN, NOON)
    assert values.of_campaigns([sale.id, ObjectId()]) == {sale.id: Decimal("0.25")}
    assert Activity.objects(amount=Decimal(9)).get().text == "Value of 9.00 recorded."


def test_one_origin_is_one_amount_however_many_record_it() -> None:
    contact, sale = texted()
    record = partial(values.record, contact.id, Decimal(5), sale.id, None, TOKEN, NOON)
    made = race(*[partial(record, origin="value:token1/1")] * 4)
    assert len({one.id for one in made}) == 1
    assert values.of_campaigns([sale.id]) == {sale.id: Decimal(5)}


@pytest.mark.parametrize("other", [{"amount": Decimal(6)}, {"campaign": None}, {"note": "Boat"}])
def test_a_key_that_stands_for_another_value_is_a_conflict(other: dict[str, Any]) -> None:
    contact, sale = texted()
    asked = {"amount": Decimal(5), "campaign": sale.id, "note": "House"}

    def record(amount: Decimal, campaign: object, note: str) -> Activity:
        said = (amount, campaign, note, TOKEN, NOON)
        return values.record(contact.id, *said, origin="value:token1/1")

    first = record(**asked)
    with pytest.raises(Conflict) as refused:
        record(**asked | other)
    assert refused.value.fields[0].field == "idempotencyKey"
    assert refused.value.conflict_id == str(first.id)
    assert record(**asked).id == first.id


def test_a_campaign_that_did_not_text_them_brought_nothing_of_theirs() -> None:
    contact, sale = texted()
    stranger = customer()
    with pytest.raises(InvalidInput, match="got no text") as refused:
        values.record(stranger.id, Decimal(1), sale.id, None, TOKEN, NOON)
    assert refused.value.fields[0].field == "campaignId"
    merging.merge(stranger.id, contact.id, TOKEN, NOON)
    assert values.record(stranger.id, Decimal(1), sale.id, None, TOKEN, NOON).campaign_id == sale.id


def test_more_than_whole_cents_is_refused_and_not_rounded() -> None:
    with pytest.raises(InvalidInput, match="Give whole cents") as refused:
        values.record(customer().id, Decimal("25.505"), None, None, TOKEN, NOON)
    assert refused.value.fields[0].field == "amount"


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
