"""Two contacts become one: nothing of either is lost, and a no of either stays a no."""

from datetime import datetime
from functools import partial
from typing import Any

import pytest
from bson import ObjectId

from domain.errors import Conflict, DomainError, InvalidInput, NotFound
from domain.model import Activity, Contact, Thread
from domain.services import consent, summaries, threads
from domain.services.consent import Statement
from domain.services.people import contacts, merging, profiles
from domain.services.people.profiles import Profile
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    STRANGER,
    TOKEN,
    later,
    race,
    received,
)

pytestmark = pytest.mark.usefixtures("db")
THIRD = "+17605550133"


def made(phone: str = CUSTOMER, **fields: Any) -> Contact:
    return contacts.add(Contact(**{"first_name": "Jane", "phone": phone} | fields), NOON)


def merge(keep: Contact, other: Contact, now: datetime = NOON) -> Contact:
    return merging.merge(keep.id, other.id, TOKEN, now)


def agree(phone: str, level: str = "written") -> None:
    said = Statement("opt_in", "form", NOON, level=level, wording="I agree.")
    consent.record(f"yes:{phone}", phone, said, NOON)


def refuse(phone: str, now: datetime = NOON) -> None:
    consent.record(f"no:{phone}", phone, Statement("opt_out", "keyword", now, level="none"), now)


def test_the_kept_one_has_all_numbers_and_tags() -> None:
    keep = made(phones=[CUSTOMER, THIRD], tags=["vip", "warm"])
    kept = merge(keep, made(STRANGER, tags=["warm", "buyer"]))
    assert (kept.phone, kept.phones) == (CUSTOMER, [CUSTOMER, THIRD, STRANGER])
    assert kept.tags == ["vip", "warm", "buyer"]
    assert "buyer" not in kept.terms
    assert STRANGER[2:] in kept.terms


def test_what_is_empty_is_filled_and_what_is_said_stays() -> None:
    keep = made(email="jane@example.com", timezone="")
    other = made(STRANGER, last_name="Doe", email="j@example.com", source="form")
    kept = merge(keep, other)
    assert (kept.name, kept.email, kept.source) == ("Jane Doe", "jane@example.com", "form")
    assert "doe" in kept.terms


def test_fields_that_only_the_crm_knows_are_kept_too() -> None:
    keep, other = made(), made(STRANGER, custom_fields={"score": 7, "lead": "web"})
    people = Contact._get_collection()
    people.update_one({"_id": other.id}, {"$set": {"legacyId": "A-7"}})
    people.update_one({"_id": keep.id}, {"$set": {"customFields": {"score": 9}}})
    merge(keep, other)
    stored = people.find_one({"_id": keep.id})
    assert stored is not None
    assert stored["legacyId"] == "A-7"
    assert stored["customFields"] == {"score": 9, "lead": "web"}


def test_a_stranger_gets_the_name_of_whom_they_turn_out_to_be() -> None:
    received()
    stranger = Contact.objects.get()
    assert merge(stranger, made(STRANGER, last_name="Doe")).name == "Jane Doe"


def test_notes_are_joined_and_the_last_contact_is_the_later_one() -> None:
    keep = made(notes="Tea", last_contact_date=later(-60), last_contact_method="email")
    other = made(STRANGER, notes="Coffee", last_contact_date=NOON, last_contact_method="phone")
    kept = merge(keep, other)
    assert kept.notes == "Tea\n\nCoffee"
    assert (kept.last_contact_date, kept.last_contact_method) == (NOON, "phone")


def test_how_either_wants_to_be_reached_is_kept() -> None:
    keep, other = made(), made(STRANGER, do_not_call=True)
    told = {"preferences": {"preferredContactMethod": "email", "emailOptIn": True}}
    Contact._get_collection().update_one({"_id": other.id}, {"$set": told})
    kept = merge(keep, other)
    assert kept.do_not_call
    assert kept.preferences.preferred == "email"
    assert not kept.preferences.email_opt_in


@pytest.mark.parametrize("silent", [CUSTOMER, STRANGER])
def test_a_block_of_either_number_is_a_no_of_the_person(silent: str) -> None:
    keep, other = made(), made(STRANGER)
    agree(CUSTOMER)
    agree(STRANGER)
    refuse(silent)
    kept = merge(keep, other)
    assert not kept.preferences.sms_opt_in
    assert not kept.consent.marketing


def test_a_yes_to_the_other_number_does_not_lift_the_no() -> None:
    keep, other = made(), made(STRANGER)
    agree(CUSTOMER)
    refuse(STRANGER)
    merge(keep, other)
    agree(THIRD)
    consent.record("again", CUSTOMER, Statement("opt_in", "form", NOON, wording="Yes."), NOON)
    assert not contacts.get(keep.id).preferences.sms_opt_in
    lifted = Statement("opt_in", "keyword", later(1), message_sid="SM1")
    consent.record("start", STRANGER, lifted, later(1))
    assert contacts.get(keep.id).preferences.sms_opt_in


def test_a_no_after_the_merge_reaches_the_kept_one() -> None:
    keep, other = made(), made(STRANGER)
    agree(CUSTOMER)
    assert merge(keep, other).preferences.sms_opt_in
    refuse(STRANGER, later(1))
    assert not contacts.get(keep.id).preferences.sms_opt_in


def test_the_merged_one_is_followed_by_id_and_by_number() -> None:
    keep, other = made(), made(STRANGER)
    merge(keep, other)
    for found in (contacts.get(other.id), contacts.by_phone(STRANGER)):
        assert found is not None
        assert found.id == keep.id
    assert contacts.family(other.id) == (str(keep.id), str(other.id))
    assert contacts.family("nobody") == ("nobody",)


def test_its_texts_go_on_for_the_kept_one() -> None:
    keep, other = made(), made(STRANGER)
    before = received(sender=STRANGER)
    merge(keep, other)
    after = received("Me again", later(60), sender=STRANGER)
    assert (before.contact_id, after.contact_id) == (other.id, keep.id)
    assert after.thread_id == before.thread_id
    assert threads.get(after.thread_id).contact_id == keep.id


def test_a_text_from_before_still_tells_when_we_were_last_in_touch() -> None:
    keep, other = made(), made(STRANGER)
    thread_id = received(sender=STRANGER, now=later(30)).thread_id
    merge(keep, other)
    assert thread_id is not None
    summaries.refresh(thread_id)
    kept = contacts.get(keep.id)
    assert (kept.last_contact_date, kept.last_contact_method) == (later(30), "sms")


def test_a_chain_leads_to_its_end() -> None:
    first, second, third = made(), made(STRANGER), made(THIRD)
    merge(second, first)
    merge(third, second)
    assert contacts.get(first.id).id == third.id
    kept = contacts.get(third.id)
    assert kept.merged_ids == [second.id, first.id]
    assert kept.phones == [THIRD, STRANGER, CUSTOMER]
    assert Contact.objects.get(id=first.id).merged_into == third.id


def test_many_may_be_merged_into_one() -> None:
    keep = made()
    for place in range(5):
        merge(keep, made(f"+1760555020{place}"))
    assert len(contacts.get(keep.id).merged_ids) == 5


def test_the_merge_is_told_in_the_timeline() -> None:
    keep, other = made(), made(STRANGER, first_name="JD")
    merge(keep, other)
    told = Activity.objects.get()
    assert (told.contact_id, told.kind) == (keep.id, "merged")
    assert told.text == f"Merged with JD ({STRANGER})."
    assert told.author.key == "token1"


def test_nobody_is_merged_with_themselves() -> None:
    keep = made()
    with pytest.raises(InvalidInput, match="itself") as refused:
        merge(keep, keep)
    assert refused.value.fields[0].field == "mergeId"


@pytest.mark.parametrize("strange", [ObjectId(), "", "nobody", "\0", "💬"])
def test_an_unknown_contact_is_said_so(strange: object) -> None:
    keep = made()
    for one, two, field in ((keep.id, strange, "mergeId"), (strange, keep.id, "keepId")):
        with pytest.raises(NotFound) as refused:
            merging.merge(one, two, TOKEN, NOON)
        assert refused.value.fields[0].field == field
    assert contacts.get(keep.id).merged_ids == []


def test_what_was_merged_is_not_merged_again() -> None:
    keep, other, third = made(), made(STRANGER), made(THIRD)
    merge(keep, other)
    for one, two in ((keep, other), (third, other), (other, third), (other, keep)):
        with pytest.raises(Conflict, match="already") as refused:
            merge(one, two)
        assert refused.value.conflict_id == str(keep.id)
    assert contacts.get(keep.id).phones == [CUSTOMER, STRANGER]


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"phones": [f"+1760555{place:04}" for place in range(20)]}, "20 numbers"),
        ({"tags": [f"tag{place}" for place in range(50)]}, "50 tags"),
        ({"notes": "n" * 20_000}, "20,000 characters"),
    ],
)
def test_what_does_not_fit_into_one_contact_is_refused(fields: dict[str, Any], what: str) -> None:
    phone = fields.get("phones", [STRANGER])[0]
    keep, other = made(tags=["one"], notes="One."), made(phone, **fields)
    with pytest.raises(Conflict, match=what):
        merge(keep, other)
    assert contacts.get(other.id).id == other.id
    assert contacts.get(keep.id).rev == keep.rev


def attempt(keep: Contact, other: Contact) -> str:
    try:
        return str(merge(keep, other).id)
    except DomainError as error:
        return error.code


def test_of_two_merges_in_opposite_directions_one_is_done() -> None:
    for place in range(4):
        one, two = made(f"+1760555030{place}"), made(f"+1760555040{place}")
        said = race(partial(attempt, one, two), partial(attempt, two, one))
        assert sorted(word == "CONFLICT" for word in said) == [False, True]
        kept = contacts.get(one.id)
        assert kept.id == contacts.get(two.id).id
        assert len(kept.phones) == 2


def test_merges_in_a_ring_never_end_in_a_circle() -> None:
    ring = [made(f"+176055505{place:02}") for place in range(3)]
    race(*[partial(attempt, ring[place], ring[place - 1]) for place in range(3)])
    ends = {contacts.get(one.id).id for one in ring}
    alive = Contact.objects(merged_into=None)
    assert ends == {one.id for one in alive}
    assert sum(len(one.phones) for one in alive) == 3


def test_a_no_that_comes_during_the_merge_holds() -> None:
    for place in range(4):
        one, two = made(f"+1760555060{place}"), made(f"+1760555070{place}")
        agree(one.phone)
        race(partial(merge, one, two), partial(refuse, two.phone))
        assert not contacts.get(one.id).preferences.sms_opt_in


def test_a_change_that_comes_during_the_merge_is_not_lost() -> None:
    one, two = made(), made(STRANGER)
    said = Profile(add_tags=("late",))
    race(partial(merge, one, two), partial(profiles.change, two.id, said, NOON, POLICY))
    assert contacts.get(one.id).tags == ["late"]


def test_the_same_request_finds_the_kept_one() -> None:
    said = Profile(first_name="Jane", last_name="Doe", phone=STRANGER)
    other = profiles.create(said, "api:1/key", NOON, POLICY)
    keep = made()
    merge(keep, other)
    assert profiles.create(said, "api:1/key", NOON, POLICY).id == keep.id


def test_conversations_are_not_rewritten() -> None:
    keep, other = made(), made(STRANGER)
    received(sender=CUSTOMER)
    received(sender=STRANGER)
    before = [(one.id, one.rev, one.contact_id, one.phone) for one in Thread.objects]
    merge(keep, other)
    assert [(one.id, one.rev, one.contact_id, one.phone) for one in Thread.objects] == before
