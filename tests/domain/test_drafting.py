"""A campaign as it is written down: for whom, in which words, how fast, and once per key."""

from dataclasses import replace
from typing import Any

import pytest
from bson import ObjectId

from domain.errors import Conflict, DomainError, NotFound
from domain.model import Contact
from domain.policy import Policy
from domain.services.automation import templates
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.planning.audience import Wish
from domain.services.campaigns.sending import steering
from domain.services.lists.filters import ContactFilter, Range
from domain.services.people import merging
from tests.clock import NOON
from tests.domain.audience import (
    EVERYBODY,
    TAG,
    bodies,
    drafted,
    frozen,
    listed,
    on_list,
    people,
    phone,
    plan,
    texts,
    turn,
)
from tests.domain.build import OURS, POLICY, TOKEN, later
from tests.domain.tables import imported, many

pytestmark = pytest.mark.usefixtures("db")
TAGGED = ContactFilter(tags_any=(TAG,))


def to(wish: Wish) -> list[str]:
    """The numbers on the list of a campaign to them."""
    return on_list(listed(wish=wish))


def test_a_filter_and_a_search_choose_people() -> None:
    people(12)
    assert to(Wish(replace(TAGGED, search="p1"))) == [phone(1), phone(10), phone(11)]
    assert to(Wish(replace(TAGGED, created=Range(until=NOON)))) == []
    assert len(to(Wish(ContactFilter(created=Range(since=NOON))))) == 12


def test_people_are_named_one_by_one_and_may_be_filtered_too() -> None:
    ids = people(4)
    Contact.objects(id=ids[3]).update(tags=[])
    named = tuple(str(one) for one in ids[1:])
    assert to(Wish(contact_ids=named)) == [phone(1), phone(2), phone(3)]
    assert to(Wish(TAGGED, contact_ids=named)) == [phone(1), phone(2)]


def test_more_than_a_page_is_listed() -> None:
    ids = people(210)
    for wish in (EVERYBODY, Wish(contact_ids=tuple(map(str, ids)))):
        assert len(to(wish)) == 210


def test_somebody_who_is_named_and_was_merged_is_whom_they_became() -> None:
    first, second = people(2)
    made = drafted(wish=Wish(contact_ids=(str(first),)))
    merging.merge(second, first, TOKEN, NOON)
    steering.start(made.id, NOON)
    assert [one.contact_id for one in texts(turn())] == [second]


def test_a_table_that_was_imported_is_an_audience_new_and_known_people_alike() -> None:
    imported(*many(2, smsOptIn="yes"))
    found = imported(*many(2, start=1, smsOptIn="yes"))
    assert to(Wish(import_id=str(found.id))) == ["+17602000001", "+17602000002"]


def test_its_words_are_those_that_the_template_has_when_it_starts() -> None:
    people(1)
    template = templates.create("Sale", "Hi {first_name}", True, TOKEN, NOON)
    made = drafted(body=None, template_id=str(template.id))
    assert made.body == "Hi {first_name}"
    templates.change(template.id, "Sale", "Dear {first_name}", True, TOKEN, NOON)
    steering.start(made.id, NOON)
    templates.change(template.id, "Sale", "Bye {first_name}", True, TOKEN, NOON)
    done = turn()
    assert bodies(done) == ["Dear P0"]
    assert [one.template_id for one in texts(done)] == [template.id]


def test_the_same_key_makes_one_campaign() -> None:
    first = drafted(key="spring")
    assert drafted(key="spring").id == first.id
    assert drafted().id != drafted().id
    with pytest.raises(Conflict) as found:
        drafted(key="spring", name="Summer sale")
    assert found.value.conflict_id == str(first.id)


def test_what_is_not_said_is_usual() -> None:
    made = drafted(per_minute=None)
    assert (made.per_minute, made.sender, made.purpose) == (60, OURS, "marketing")
    assert (made.status, made.start_at, made.tags) == ("draft", None, [])


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"name": " "}, "name"),
    "nobody": ({"wish": Wish()}, "audience"),
    "strangers": ({"wish": Wish(contact_ids=(str(ObjectId()),))}, "audience.contactIds"),
    "no ids": ({"wish": Wish(contact_ids=("x",))}, "audience.contactIds"),
    "a crowd": ({"wish": Wish(contact_ids=("x",) * 10_001)}, "audience.contactIds"),
    "no words": ({"body": None}, "templateId"),
    "both words": ({"template_id": str(ObjectId())}, "templateId"),
    "only spaces": ({"body": "  "}, "body"),
    "a brace": ({"body": "Hi {first_name"}, "body"),
    "too long": ({"body": "x" * 1_601}, "body"),
    "conversation": ({"purpose": "conversation"}, "purpose"),
    "help": ({"purpose": "help"}, "purpose"),
    "standing still": ({"per_minute": 0}, "perMinute"),
    "too fast": ({"per_minute": 6_001}, "perMinute"),
    "no sender": ({"sender": "+15550001111"}, "senderId"),
    "far ahead": ({"start_at": later(days=400)}, "startAt"),
    "control characters": ({"tags": ("a\0b",)}, "tags"),
    "no key": ({"key": ""}, "idempotencyKey"),
}


@pytest.mark.parametrize(("changes", "field"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_a_campaign_is_told_field_by_field(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as found:
        drafted(**changes)
    assert field in [one.field for one in found.value.fields]


def test_a_dry_run_and_an_unknown_import_are_no_audience() -> None:
    dry = imported(*many(1), dry_run=True)
    with pytest.raises(DomainError, match="dry run"):
        drafted(wish=Wish(import_id=str(dry.id)))
    with pytest.raises(NotFound):
        drafted(wish=Wish(import_id="x"))


def test_without_a_sender_there_is_no_campaign() -> None:
    with pytest.raises(DomainError) as found:
        drafting.create(plan(), TOKEN, NOON, Policy())
    assert found.value.code == "NOT_CONFIGURED"


def test_a_draft_is_changed_as_a_whole() -> None:
    people(1)
    made = drafted(tags=("old",), start_at=later(60))
    again = plan(name="Summer sale", body="Hello {first_name}")
    changed = drafting.change(made.id, again, NOON, POLICY)
    assert (changed.name, changed.tags, changed.start_at) == ("Summer sale", [], None)
    assert changed.rev == made.rev + 1
    assert (changed.origin, changed.created_at) == (made.origin, made.created_at)


def test_what_is_scheduled_begins_at_its_new_time() -> None:
    made = steering.start(drafted(start_at=later(hours=1)).id, NOON)
    changed = drafting.change(made.id, plan(start_at=later(hours=2)), NOON, POLICY)
    assert changed.run
    assert changed.run.due_at == later(hours=2)


def test_what_has_begun_is_not_changed() -> None:
    made = frozen()
    with pytest.raises(Conflict) as found:
        drafting.change(made.id, plan(), NOON, POLICY)
    assert found.value.code == "TOO_LATE"
