"""Every way of sending stores the text with its opt-out line, once, and shows it beforehand."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from domain.errors import InvalidInput
from domain.model import Author, Message, Recipient
from domain.policy import ConsentPolicy, Policy
from domain.rules.consent.optout import LINE
from domain.services import consent, corrections, dispatch, edits, initiating, outbound, reports
from domain.services.consent import Statement
from domain.services.desk import schedules
from domain.services.programs import broadcasts, previews, repeating, revising, sending
from tests.clock import NOON
from tests.domain.audience import fates, frozen, people, phone, texts
from tests.domain.build import (
    AGENT,
    CUSTOMER,
    OURS,
    STRANGER,
    TIMING,
    TOKEN,
    accepted_as,
    callback,
    conversation,
    draft,
    fresh,
    later,
    leaving,
    new_sid,
    queued,
    race,
    said,
)

pytestmark = pytest.mark.usefixtures("db")
MARKETING = Policy(numbers=(OURS,), business_name="Acme")
EVERY = replace(MARKETING, consent=ConsentPolicy(opt_out_line="every"))
FIRST = replace(MARKETING, consent=ConsentPolicy(opt_out_line="first"))


def agreed(*people_: str) -> None:
    """These people agreed to advertising in writing."""
    for one in people_ or (CUSTOMER,):
        yes = Statement("opt_in", "form", NOON, level="written", wording="Yes!")
        consent.record(f"test:{one}", one, yes, NOON)


def advert(body: str = "Half price", policy: Policy = MARKETING, **changes: Any) -> Message:
    """A program's advertising text."""
    return sending.send(draft(body, purpose="marketing", **changes), NOON, policy)


def delivered(policy: Policy = MARKETING) -> None:
    """Whatever is due leaves and arrives."""
    step, sid = leaving(policy=policy), new_sid()
    dispatch.record(step, accepted_as(sid), NOON, TIMING)
    reports.receive(callback("delivered", sid), NOON)


def test_the_first_marketing_text_names_us_and_the_next_only_says_how_to_leave() -> None:
    """Row: §1.11."""
    agreed()
    assert advert().body == f"Half price\nAcme: {LINE}"
    assert advert().body == f"Half price\nAcme: {LINE}"  # the first has not arrived yet
    delivered()
    assert advert().body == f"Half price\n{LINE}"


def test_first_marks_the_first_text_and_the_first_marketing_text() -> None:
    agreed()
    told = sending.send(draft("Your keys", purpose="informational"), NOON, FIRST)
    assert told.body == f"Your keys\n{LINE}"
    delivered(FIRST)
    assert sending.send(draft("Again", purpose="informational"), NOON, FIRST).body == "Again"
    assert advert(policy=FIRST).body == f"Half price\nAcme: {LINE}"
    delivered(FIRST)  # that was the text before it
    delivered(FIRST)
    assert advert(policy=FIRST).body == "Half price"


def test_what_is_stored_is_what_leaves_and_what_is_counted() -> None:
    agreed()
    message = advert("x" * 140)
    assert leaving(policy=MARKETING).text.body == message.body
    assert (message.segments, message.encoding) == (2, "GSM7")
    seen = previews.preview(draft("x" * 140, purpose="marketing"), NOON, MARKETING)
    assert (seen.body, seen.size.segments) == (message.body, 2)


def test_a_text_without_room_for_the_line_is_too_long_and_says_why() -> None:
    agreed()
    body = "x" * 1_590
    with pytest.raises(InvalidInput) as told:
        advert(body)
    assert told.value.code == "MESSAGE_TOO_LONG"
    assert f"1,619, as “Acme: {LINE}” is added" in told.value.message
    seen = previews.preview(draft(body, purpose="marketing"), NOON, MARKETING).verdict
    assert (seen.allowed, seen.code) == (False, "MESSAGE_TOO_LONG")
    assert sending.send(draft(body), NOON, MARKETING).body == body


def test_each_of_several_gets_the_line_that_they_need() -> None:
    agreed(CUSTOMER, STRANGER)
    advert()
    delivered()
    shared = replace(draft("Sale", purpose="marketing"), phone=None)
    made = broadcasts.send(shared, broadcasts.recipients([CUSTOMER, STRANGER], []), NOON, MARKETING)
    bodies = [one.body for one in made if isinstance(one, Message)]
    assert bodies == [f"Sale\n{LINE}", f"Sale\nAcme: {LINE}"]


def test_a_repeated_key_is_the_same_text_although_its_words_have_grown() -> None:
    agreed()
    assert advert(key="1").id == advert(key="1").id


def test_another_try_says_it_once() -> None:
    agreed()
    first = outbound.cancel(advert().id, NOON)
    again = repeating.retry(first.id, TOKEN, NOON, MARKETING)
    assert again.body == first.body == f"Half price\nAcme: {LINE}"


def test_an_agents_answer_and_their_edit_have_the_line_where_every_text_has() -> None:
    conversation()
    held = outbound.answer(said("Hi"), NOON, EVERY, TIMING)
    assert held
    assert held.body == f"Hi\n{LINE}"
    changed = said("Hi Ann", edited_ts="2.0")
    assert edits.edit(changed, later(1), EVERY, TIMING)
    assert fresh(held).body == f"Hi Ann\n{LINE}"
    own = said("Hi. Text STOP to end", edited_ts="3.0")
    assert edits.edit(own, later(2), EVERY, TIMING)
    assert fresh(held).body == "Hi. Text STOP to end"


def test_an_answer_or_edit_without_room_for_the_line_does_not_leave() -> None:
    conversation()
    held = outbound.answer(said("Hi"), NOON, EVERY, TIMING)
    assert held
    edits.edit(said("x" * 1_600, edited_ts="2.0"), later(1), EVERY, TIMING)
    assert fresh(held).status == "refused"
    assert "is added" in (fresh(held).error_message or "")
    refused = outbound.answer(said("x" * 1_600, later(5)), later(5), EVERY, TIMING)
    assert refused
    assert (refused.status, refused.decision and refused.decision.code) == (
        "refused",
        "MESSAGE_TOO_LONG",
    )


def test_words_that_differ_by_our_line_alone_need_no_correction() -> None:
    conversation()
    held = outbound.answer(said("Hi"), NOON, EVERY, TIMING)
    assert held
    outbound.release(held.id, NOON)
    delivered(EVERY)
    edits.edit(said("Hi", edited_ts="2.0"), later(9), EVERY, TIMING)
    assert fresh(held).notices == []
    edits.edit(said("Hello", edited_ts="3.0"), later(9), EVERY, TIMING)
    wish = corrections.wanted(held.id, EVERY)
    assert wish.words == "Hello"
    with pytest.raises(InvalidInput, match="just these words"):
        corrections.send(held.id, wish.change, said("Hi", later(9)), later(9), EVERY, TIMING)
    made = corrections.send(held.id, wish.change, said("Hello", later(9)), later(9), EVERY, TIMING)
    assert made.body == f"Hello\n{LINE}"


def test_a_new_and_a_changed_text_for_later_have_it_too() -> None:
    conversation()
    author = replace(draft("Hi"), author=Author(kind="agent", key=AGENT), send_at=later(hours=1))
    made = initiating.initiate(author, "slack:view/1", NOON, EVERY)
    assert made.body == f"Hi\n{LINE}"
    moved = schedules.revise(made.id, "Hello", later(hours=2), NOON, EVERY)
    assert moved.body == f"Hello\n{LINE}"
    assert schedules.revise(made.id, moved.body, later(hours=3), NOON, EVERY).body == moved.body
    assert revising.reword(made.id, "Hey", TOKEN, NOON, EVERY).body == f"Hey\n{LINE}"


def test_two_at_once_are_one() -> None:
    agreed()
    one = partial(advert, key="twice")
    assert len({made.id for made in race(one, one)}) == 1


def test_a_campaign_tells_each_who_writes_and_how_to_leave() -> None:
    """Row: §1.11. Row: §1.13."""
    people(1)
    message = queued("Hello", purpose="marketing", phone=phone(0))
    Message._get_collection().update_one({"_id": message.id}, {"$set": {"status": "delivered"}})
    people(1, start=1)
    known, new = texts(frozen())
    assert (known.body, new.body) == (f"Hi P0!\n{LINE}", f"Hi P1!\nThreadline: {LINE}")


def test_a_campaigns_words_without_room_for_the_line_reach_nobody() -> None:
    people(1)
    made = frozen(body="x" * 1_590)
    assert fates(made) == [("excluded", "MESSAGE_TOO_LONG")]
    assert "is added" in (Recipient.objects.get().reason or "")
