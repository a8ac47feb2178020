"""What is written down of a contact: once, by whom and when."""

from datetime import datetime
from functools import partial
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from domain.errors import InvalidInput
from domain.model import Activity
from domain.services import agents
from domain.services.people import activities, contacts, profiles
from domain.services.people.profiles import Profile
from tests.clock import NOON
from tests.domain.build import AGENT, CUSTOMER, POLICY, TOKEN, customer, later, person, race

WHO = ObjectId()
pytestmark = pytest.mark.usefixtures("db")


def test_an_activity_says_who_did_what_and_when(db: Database[dict[str, Any]]) -> None:
    made = activities.record(WHO, "note", "Likes tea.", TOKEN, NOON, at=later(-60))
    assert made is not None
    stored = db["activities"].find_one({"_id": made.id})
    assert stored is not None
    assert (stored["contactId"], stored["kind"], stored["text"]) == (WHO, "note", "Likes tea.")
    assert (stored["author"]["key"], stored["at"], stored["createdAt"]) == (
        "token1",
        later(-60),
        NOON,
    )
    assert "origin" not in stored


def test_one_origin_is_one_activity_however_many_tell_it() -> None:
    tell = partial(activities.record, WHO, "merged", "Merged.", TOKEN, NOON, origin="merged:1")
    told = race(*[tell] * 6)
    assert len({one.id for one in told if one}) == Activity.objects.count() == 1


def test_of_nobody_nothing_is_recorded() -> None:
    assert activities.record(None, "note", "Lost.", TOKEN, NOON) is None
    assert Activity.objects.count() == 0


def test_a_note_is_kept_as_it_was_written() -> None:
    contact = customer()
    made = activities.note(contact.id, "  Likes tea 🫖\nand שלום  ", TOKEN, NOON)
    stored = Activity.objects.get()
    assert (stored.id, stored.kind, stored.text) == (made.id, "note", "Likes tea 🫖\nand שלום")


@pytest.mark.parametrize("text", ["", " \u200b\n", "a\0b", "\x1b[1m", "x" * 20_001])
def test_what_is_no_note_is_refused(text: str) -> None:
    contact = customer()
    with pytest.raises(InvalidInput) as refused:
        activities.note(contact.id, text, TOKEN, NOON)
    assert refused.value.fields[0].field == "text"
    assert Activity.objects.count() == 0


@pytest.mark.parametrize(
    ("method", "note", "said"),
    [
        ("phone", None, "Phoned."),
        ("email", "Sent the plans.", "E-mailed: Sent the plans."),
        ("in-person", " At the fair ", "Met in person: At the fair"),
        ("sms", None, "Texted."),
    ],
)
def test_being_in_touch_is_told_and_remembered(method: str, note: str | None, said: str) -> None:
    contact = customer()
    made = activities.log(contact.id, method, later(-60), note, TOKEN, NOON)
    assert (made.kind, made.text, made.at) == ("log", said, later(-60))
    after = contacts.get(contact.id)
    assert (after.last_contact_date, after.last_contact_method) == (later(-60), method)
    assert after.rev == contact.rev + 1


def test_the_latest_contact_counts_in_whatever_order_it_is_told() -> None:
    contact = customer()
    for method, seconds in (("phone", -60), ("email", -30), ("in-person", -90)):
        activities.log(contact.id, method, later(seconds), None, TOKEN, NOON)
    after = contacts.get(contact.id)
    assert (after.last_contact_date, after.last_contact_method) == (later(-30), "email")
    assert Activity.objects.count() == 3


def test_without_a_time_it_was_now_and_barely_ahead_is_now_too() -> None:
    contact = customer()
    for at in (None, later(60)):
        assert activities.log(contact.id, "phone", at, None, TOKEN, NOON).at == NOON


@pytest.mark.parametrize("at", [later(days=1), NOON.replace(year=1), NOON.replace(year=9999)])
def test_a_time_that_cannot_be_is_refused(at: datetime) -> None:
    contact = customer()
    with pytest.raises(InvalidInput) as refused:
        activities.log(contact.id, "phone", at, None, TOKEN, NOON)
    assert refused.value.fields[0].field == "at"
    assert contacts.get(contact.id).last_contact_date is None


def test_a_change_of_status_or_agent_is_told_once() -> None:
    agents.learn(person(), NOON)
    contact = customer()
    said = Profile(status="client", assigned_agent=AGENT)
    for _ in range(2):
        profiles.change(contact.id, said, NOON, POLICY, TOKEN)
    told = sorted((one.kind, one.text, one.author.key) for one in Activity.objects)
    assert told == [
        ("assigned", "Assigned to Ann Agent.", "token1"),
        ("status", "Status changed from new to client.", "token1"),
    ]
    profiles.change(contact.id, Profile(assigned_agent=None), NOON, POLICY)
    assert Activity.objects(text="Assigned to nobody.").count() == 1


def test_of_changes_at_once_each_is_told_as_it_was() -> None:
    contact = customer()
    race(
        *[
            partial(profiles.change, contact.id, Profile(status=status), NOON, POLICY, TOKEN)
            for status in ("client", "inactive", "contacted")
        ]
    )
    told = [tuple(one.text.rstrip(".").split()[3::2]) for one in Activity.objects]
    steps = dict(told)
    assert len(steps) == 3
    assert contacts.get(contact.id).status == steps[steps[steps["new"]]]


def test_who_made_a_contact_is_told() -> None:
    said = Profile(first_name="Jane", last_name="Doe", phone=CUSTOMER)
    for _ in range(2):
        profiles.create(said, "api:1/key", NOON, POLICY, TOKEN)
    told = Activity.objects.get()
    assert (told.kind, told.text, told.author.name) == ("created", "Contact created.", "CRM")


@pytest.mark.parametrize("method", ["", "pigeon"])
def test_a_way_that_nobody_knows_is_told(method: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        activities.log(customer().id, method, None, None, TOKEN, NOON)
    assert refused.value.fields[0].field == "method"
    assert not Activity.objects.count()
