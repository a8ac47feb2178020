"""A dry run says what the campaign then does, and does nothing itself."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from mongoengine.connection import get_db

from domain.errors import Conflict, NotFound
from domain.model import ConsentEvent, Contact, Message, Recipient
from domain.policy import AutomationPolicy
from domain.services.automation import templates
from domain.services.campaigns.planning import drafting, previewing, surveying
from domain.services.campaigns.planning.audience import Wish
from domain.services.campaigns.planning.drafting import Program
from domain.services.campaigns.planning.previewing import Preview
from domain.services.campaigns.sending import steering
from domain.services.lists.filters import ContactFilter
from domain.services.people import merging
from tests.clock import NOON
from tests.domain.audience import (
    drafted,
    fates,
    frozen,
    listed,
    people,
    people_at,
    phone,
    started,
    turn,
)
from tests.domain.build import POLICY, TOKEN, later, received

pytestmark = pytest.mark.usefixtures("db")
NIGHT = "+14015550123"
"""Of Rhode Island, where nobody is advertised to at six in the evening."""


def seen(policy: Any = POLICY, now: Any = NOON, **changes: Any) -> Preview:
    """The dry run of a fresh draft."""
    return previewing.preview(drafted(now, **changes).id, now, policy)


def left(found: Preview) -> list[tuple[str, int]]:
    return [(one.code, one.count) for one in found.exclusions]


def warned(found: Preview, words: str) -> bool:
    return any(words in one for one in found.warnings)


def test_everybody_is_judged_as_the_campaign_does_it() -> None:
    """Each kind of person: agreed, without proof, opted out, without a value, unreadable, gone."""
    own = people(8)
    ConsentEvent.objects(number=ConsentEvent.objects.order_by("id").first().number).delete()
    received("STOP", sender=phone(1))
    Contact.objects(id=own[2]).update(first_name=phone(2))
    Contact.objects(id=own[3]).update(phone="call me", phones=["call me"])
    Contact.objects(id=own[4]).update(erasing_since=NOON)
    Contact.objects(id=own[5]).update(first_name="x" * 1_600)
    found = seen()
    made = frozen(key="real")
    assert found.recipients == sum(state == "queued" for state, _ in fates(made)) == 2
    real = {code: 0 for _, code in fates(made) if code}
    for _, code in fates(made):
        real |= {code: real[code] + 1} if code else {}
    told = {code: 0 for code, _ in left(found)}
    for code, count in left(found):
        told[code] += count
    assert told == real
    assert sorted(told) == [
        "INVALID_PHONE",
        "MESSAGE_TOO_LONG",
        "MISSING_VARIABLE",
        "NOT_FOUND",
        "OPTED_OUT",
        "OPT_IN_REQUIRED",
    ]


def test_nothing_is_written() -> None:
    people(3)
    draft = drafted()
    before = {name: list(get_db()[name].find()) for name in get_db().list_collection_names()}
    previewing.preview(draft.id, NOON, POLICY)
    names = get_db().list_collection_names()
    assert {name: list(get_db()[name].find()) for name in names} == before


def test_segments_and_price_are_those_of_the_texts_that_leave() -> None:
    people(3)
    found = seen(body="Hi {first_name}! " + "x" * 150)
    made = frozen(key="real", body="Hi {first_name}! " + "x" * 150)
    assert found.segments == sum(Message.objects(campaign_id=made.id).scalar("segments")) == 6
    assert found.price == Decimal("0.0079") * 6
    bodies = {one.body for one in found.samples}
    assert bodies <= {one.body for one in Message.objects(campaign_id=made.id)}


def test_the_longest_text_is_among_the_samples() -> None:
    own = people(9)
    Contact.objects(id=own[0]).update(first_name="Wolfeschlegelsteinhausen" * 7)
    found = seen()
    assert found.samples[0].size.segments == 2
    assert "Wolfe" in found.samples[0].body
    assert len({one.body for one in found.samples}) == len(found.samples) == 3


def test_quiet_hours_exclude_nobody() -> None:
    people(2)
    people_at([NIGHT])
    evening = NOON + timedelta(hours=4)
    found = seen(now=evening)
    assert (found.recipients, found.later, found.exclusions) == (3, 1, ())
    assert found.finishes_at
    assert found.finishes_at > evening + timedelta(hours=10)
    assert "1 of 3 is texted later" in found.notes[0]


def test_the_hour_is_that_of_its_beginning() -> None:
    people(1)
    midnight = NOON + timedelta(hours=12)
    found = seen(start_at=midnight)
    assert (found.recipients, found.later) == (1, 1)


def test_somebody_who_was_merged_counts_once() -> None:
    first, second = people(2)
    merging.merge(second, first, TOKEN, NOON)
    found = seen(wish=Wish(contact_ids=(str(first), str(second))))
    assert found.recipients == 1


@pytest.mark.parametrize(("each", "seconds"), [(0, 2), (1, 4), (0.5, 8)])
def test_the_slower_of_two_paces_says_when_it_ends(each: float, seconds: int) -> None:
    people(5)
    policy = replace(POLICY, automation=AutomationPolicy(texts_per_second=each))
    found = seen(policy, per_minute=120)
    assert found.finishes_at == later(seconds)
    assert warned(found, "TEXTS_PER_SECOND") == bool(each)


def test_others_of_the_same_sender_are_waited_for() -> None:
    people(30)
    listed(per_minute=60)
    found = seen(per_minute=60, key="2")
    assert warned(found, "1 campaign is")
    assert found.finishes_at == later(59)


def test_who_begins_is_warned() -> None:
    people(2, level="none")
    found = seen()
    assert (found.recipients, found.finishes_at, found.notes) == (0, None, ())
    for words in (
        "Nobody",
        "2 of 2",
        "name your business (BUSINESS_NAME is not set yet)",
        "its name, how often",
    ):
        assert warned(found, words), words
    complete = Program("Listings", "weekly", "https://example.com/t", "https://example.com/p")
    assert not warned(seen(key="3", program=complete), "recurring")


def test_an_empty_list_is_no_matter_of_consent() -> None:
    found = seen(wish=Wish(ContactFilter(tags_any=("byuer",))))
    assert warned(found, "No contact has these tags: byuer.")
    assert not warned(found, "Nobody")
    people(1)
    assert warned(seen(wish=Wish(ContactFilter(search="zoe")), key="2"), "Nobody fits")


def test_how_people_agreed_is_summed_up() -> None:
    """Row: §7.2"""
    people(2)
    people(1, start=2, level="express")
    ConsentEvent._get_collection().update_one({}, {"$set": {"at": NOON - timedelta(days=400)}})
    notes = seen(purpose="informational").notes
    assert "2 of 3 agreed in writing" in notes[0]
    assert "a form (3)" in notes[1]
    assert "2 are of the last year, 1 is older" in notes[2]


def test_a_template_is_taken_as_it_is_now() -> None:
    people(1)
    own = templates.create("Sale", "Old words", True, TOKEN, NOON)
    draft = drafted(body=None, template_id=str(own.id))
    templates.change(own.id, "Sale", "New words", True, TOKEN, NOON)
    assert "New words" in previewing.preview(draft.id, NOON, POLICY).samples[0].body


def test_once_it_has_begun_its_counts_tell() -> None:
    people(1)
    with pytest.raises(Conflict) as told:
        previewing.preview(started().id, NOON, POLICY)
    assert "counts" in (told.value.help or "")
    with pytest.raises(NotFound):
        previewing.preview("0" * 24, NOON, POLICY)


def test_of_very_many_the_first_are_judged() -> None:
    people(450)
    made = drafted()
    few = surveying.survey(made, NOON, POLICY, most=250)
    assert (few.recipients, few.more) == (250, True)
    assert not surveying.survey(made, NOON, POLICY, most=450).more


def test_a_scheduled_one_can_be_tried_until_it_begins() -> None:
    people(1)
    made = drafted(start_at=later(hours=1))
    steering.start(made.id, NOON)
    assert previewing.preview(made.id, NOON, POLICY).recipients == 1
    turn(later(hours=1))
    assert Recipient.objects.count() == 1
    with pytest.raises(Conflict):
        previewing.preview(made.id, later(hours=1), POLICY)
    assert drafting.get(made.id).started_at
