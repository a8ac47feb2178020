"""Texts of campaigns and programs leave with short links, which are written before the text is."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from mongoengine.connection import get_db

from adapters.mongo.pace import COLLECTION, DatabasePace
from domain.errors import Conflict, InvalidInput, Refused
from domain.model import Campaign, Link, Message, Recipient
from domain.rules.segments import measure
from domain.services import compose, links
from domain.services.campaigns.planning import drafting, judging, previewing, trials
from domain.services.campaigns.planning.judging import Ready
from domain.services.campaigns.sending import making, running
from domain.services.campaigns.showing import counting
from domain.services.links import Expired, Followed
from domain.services.programs import previews, revising, sending
from tests.clock import NOON, FakeClock
from tests.domain.audience import (
    after_crash,
    drafted,
    listed,
    people,
    phone,
    started,
    texts,
)
from tests.domain.build import STRANGER, TOKEN, draft, later, received
from tests.domain.test_links import BASE, HOUSE, LIFE, SHORT, code_of

pytestmark = pytest.mark.usefixtures("db")
SALE = f"Hi {{first_name}}, see {HOUSE}"
LONG = f"https://example.com/?{'x' * 400}"


def turn(now: datetime = NOON) -> Campaign:
    """A worker's turn, with short links."""
    held = running.claim(now)
    assert held
    running.work(held, DatabasePace(get_db()[COLLECTION]), FakeClock(now), SHORT)
    return drafting.get(held.id)


def made(**changes: Any) -> Campaign:
    """One that has made its texts."""
    own = started(**({"body": SALE} | changes)).id
    while not texts(drafting.get(own)):
        turn()
    return drafting.get(own)


def opened(message: Message) -> None:
    """Its text has begun to leave, and whoever got it follows the link."""
    Message.objects(id=message.id).update(set__attempted_at=NOON)
    found = links.follow(code_of(message.body), NOON, SHORT)
    assert isinstance(found, Followed)
    links.clicked(found, later(5))


def sent(body: str = f"See {HOUSE}", now: datetime = NOON, **changes: Any) -> Message:
    """A program's text with short links."""
    return sending.send(draft(body, shorten=True, **changes), now, SHORT)


def test_each_of_a_campaign_has_a_link_of_their_own() -> None:
    people(3)
    found = made()
    bodies = [one.body for one in texts(found)]
    assert len({code_of(body) for body in bodies}) == 3
    for place, body in enumerate(bodies):
        assert body.startswith(f"Hi P{place}, see {BASE}/l/")
        assert HOUSE not in body
    assert {one.phone for one in Link.objects} == {phone(place) for place in range(3)}


def test_who_clicked_is_counted_once_and_alone() -> None:
    people(3)
    found = made()
    one, *others = texts(found)
    opened(one)
    opened(one)
    (counts,) = counting.counted([found.to_mongo().to_dict()]).values()
    assert counts.clicks == 1
    assert [Message.objects.get(id=other.id).clicked_at for other in others] == [None, None]


def test_a_crash_between_the_link_and_the_text_makes_no_second_link() -> None:
    people(1)
    found = listed(body=SALE)
    (one,) = Recipient.objects
    by = judging.known(found.purpose, [(one.contact_id, one.phone)], NOON, SHORT)
    lost = making.ready(found, one, by, NOON, SHORT)
    assert isinstance(lost, Ready)
    assert (Link.objects.count(), Message.objects.count()) == (1, 0)
    turn(after_crash())
    (text,) = texts(found)
    assert (Link.objects.count(), text.body) == (1, lost.body)


def test_a_campaign_may_leave_addresses_as_they_are() -> None:
    people(1)
    (text,) = texts(made(shorten=False))
    assert text.body.startswith(f"Hi P0, see {HOUSE}")
    assert Link.objects.count() == 0


def test_a_dry_run_weighs_the_short_links_and_makes_none() -> None:
    people(1)
    body = f"{SALE} {LONG}"
    own = drafted(body=body)
    said = previewing.preview(own.id, NOON, SHORT)
    assert Link.objects.count() == 0
    (text,) = texts(made(body=body))
    assert (said.segments, len(said.samples[0].body)) == (text.segments, len(text.body))
    assert said.segments < measure(body).segments


def test_a_text_to_try_a_campaign_has_short_links_that_count_for_nothing() -> None:
    people(1)
    own = drafted(body=SALE)
    text = trials.send(own.id, phone(0), TOKEN, NOON, SHORT)
    assert code_of(text.body)
    opened(text)
    (counts,) = counting.counted([own.to_mongo().to_dict()]).values()
    assert counts.clicks == 0


def test_a_campaign_is_another_one_with_other_links() -> None:
    first = drafted(key="k")
    assert drafted(key="k").id == first.id
    with pytest.raises(Conflict):
        drafted(key="k", shorten=False)


def test_nobody_who_is_left_out_gets_a_link() -> None:
    people(1, level="none")
    own = started(body=SALE).id
    turn()
    turn()
    assert (Recipient.objects.get(campaign_id=own).state, Link.objects.count()) == ("excluded", 0)


def test_a_program_asks_for_short_links() -> None:
    received()
    text = sent()
    assert text.body == f"See {BASE}/l/{code_of(text.body)}"
    assert text.segments == measure(text.body).segments
    assert sending.send(draft(f"See {HOUSE}", key="2"), NOON, SHORT).body == f"See {HOUSE}"


def test_the_same_key_is_the_same_text_with_the_same_link() -> None:
    received()
    first = sent(key="k")
    assert sent(key="k").id == first.id
    assert Link.objects.count() == 1
    with pytest.raises(Conflict):
        sending.send(draft(f"See {HOUSE}", key="k"), NOON, SHORT)


def test_a_crash_of_a_program_that_asks_again_makes_no_second_link() -> None:
    received()
    said = draft(f"See {HOUSE}", shorten=True, key="k")
    links.shortened(said.body, "api:token1/k", "+17605550111", NOON, SHORT)
    before = Link.objects.get().code
    assert code_of(sending.send(said, NOON, SHORT).body) == before
    assert Link.objects.count() == 1


def test_of_a_text_that_is_refused_no_links_are_made() -> None:
    with pytest.raises(Refused):
        sent(phone=STRANGER)
    assert Link.objects.count() == 0


def test_short_links_can_make_a_text_too_long() -> None:
    received()
    body = "https://a.co " + "x" * 1_580
    compose.check_body(body)
    with pytest.raises(InvalidInput) as told:
        sent(body)
    assert (told.value.code, Link.objects.count()) == ("MESSAGE_TOO_LONG", 0)
    said = previews.preview(draft(body, shorten=True), NOON, SHORT)
    assert said.verdict.code == "MESSAGE_TOO_LONG"


def test_a_preview_has_words_of_the_same_length() -> None:
    received()
    said = previews.preview(draft(f"See {LONG}", shorten=True), NOON, SHORT)
    assert Link.objects.count() == 0
    assert len(said.body) == len(sent(f"See {LONG}").body)


def test_a_scheduled_text_has_links_that_live_from_when_it_leaves() -> None:
    received()
    text = sent(send_at=NOON + LIFE)
    code, day = code_of(text.body), timedelta(days=1)
    assert isinstance(links.follow(code, NOON + 2 * LIFE - day, SHORT), Followed)
    revising.reschedule(text.id, NOON + 2 * LIFE, NOON, SHORT)
    assert isinstance(links.follow(code, NOON + 3 * LIFE - day, SHORT), Followed)
    assert links.follow(code, NOON + 3 * LIFE, SHORT) == Expired()


def test_new_words_of_a_text_with_short_links_have_short_links() -> None:
    received()
    text = sent(send_at=later(3600))
    again = revising.reword(text.id, f"Now see {HOUSE}", TOKEN, NOON, SHORT)
    assert again.body == f"Now see {BASE}/l/{code_of(text.body)}"
    plain = sending.send(draft("Hello", key="2", send_at=later(3600)), NOON, SHORT)
    assert revising.reword(plain.id, HOUSE, TOKEN, NOON, SHORT).body == HOUSE


def test_without_an_address_of_ours_nothing_is_made_short() -> None:
    received()
    nowhere = replace(SHORT, automation=replace(SHORT.automation, links=""))
    said = draft(f"See {HOUSE}", shorten=True)
    assert sending.send(said, NOON, nowhere).body == f"See {HOUSE}"
