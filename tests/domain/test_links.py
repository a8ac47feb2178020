"""Short links: made once for each text, followed until they expire, counted for one person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import Conflict
from domain.model import Link, Message
from domain.policy import AutomationPolicy
from domain.rules.words import linking
from domain.services import dispatch, links
from domain.services.links import Expired, Followed
from domain.services.links.clearing import KEPT
from domain.services.links.shortening import new_code, shortened
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    STRANGER,
    TIMING,
    accepted_as,
    fresh,
    later,
    leaving,
    queued,
    race,
    received,
)

pytestmark = pytest.mark.usefixtures("db")
BASE = "https://go.example.com"
LIFE = timedelta(days=30)
SHORT = replace(POLICY, automation=AutomationPolicy(links=BASE, link_life=LIFE))
HOUSE = "https://example.com/house?id=7"
BODY = f"See {HOUSE}, or call."


def made(body: str = BODY, origin: str = "test:1", phone: str = CUSTOMER) -> str:
    return shortened(body, origin, phone, NOON, SHORT)


def code_of(words: str) -> str:
    """The name of the first link in them."""
    return words.partition(linking.PATH)[2][: linking.CODE_LENGTH]


def sent(body: str = BODY) -> tuple[Message, str]:
    """A text with a short link that has begun to leave, and the link's name."""
    received()
    message = queued()
    words = shortened(body, message.origin, message.to, NOON, SHORT)
    Message.objects(id=message.id).update(set__body=words)
    dispatch.record(leaving(), accepted_as("SM1"), NOON, TIMING)
    return fresh(message), code_of(words)


def followed(code: str) -> Followed:
    """Where it leads: it must lead somewhere."""
    found = links.follow(code, NOON, SHORT)
    assert isinstance(found, Followed)
    return found


def test_a_text_gets_a_link_of_its_own() -> None:
    one, two = made(), made(origin="test:2", phone=STRANGER)
    assert one != two
    for words in (one, two):
        assert words == f"See {BASE}/l/{code_of(words)}, or call."
        assert links.follow(code_of(words), NOON, SHORT) == Followed(
            code_of(words), HOUSE, Link.objects.get(code=code_of(words)).origin
        )
    assert {one.phone for one in Link.objects} == {CUSTOMER, STRANGER}


def test_the_same_text_has_the_same_links_however_often_it_is_made() -> None:
    body = f"{BODY} {HOUSE} https://example.com/garden"
    words = made(body)
    assert Link.objects.count() == 2
    assert [made(body), made(words)] == [words, words]
    assert Link.objects.count() == 2


def test_other_words_under_the_same_origin_lead_elsewhere() -> None:
    first, second = made(), made("https://example.com/garden")
    assert followed(code_of(first)).target == HOUSE
    assert followed(code_of(second)).target == "https://example.com/garden"


def test_several_at_once_make_one() -> None:
    assert len(set(race(*[made] * 8))) == 1
    assert Link.objects.count() == 1


def test_a_name_that_is_taken_is_not_given_again() -> None:
    names = iter(("a" * 11, "a" * 11, "b" * 11))
    words = [
        shortened(HOUSE, origin, CUSTOMER, NOON, SHORT, lambda: next(names))
        for origin in ("test:1", "test:2")
    ]
    assert [code_of(one) for one in words] == ["a" * 11, "b" * 11]
    with pytest.raises(Conflict):
        shortened(HOUSE, "test:3", CUSTOMER, NOON, SHORT, lambda: "a" * 11)


def test_names_are_drawn_by_chance() -> None:
    drawn = {new_code() for _ in range(200)}
    assert len(drawn) == 200
    assert all(linking.is_code(one) for one in drawn)


def test_measured_words_are_as_long_and_nothing_is_written() -> None:
    weighed = links.measured(BODY, SHORT)
    assert Link.objects.count() == 0
    assert len(weighed) == len(made())
    assert links.measured(BODY, POLICY) == BODY
    assert shortened(BODY, "test:1", CUSTOMER, NOON, POLICY) == BODY


def test_it_leads_on_until_it_expires() -> None:
    code = code_of(made())
    assert isinstance(links.follow(code, NOON + LIFE - timedelta(seconds=1), SHORT), Followed)
    assert links.follow(code, NOON + LIFE, SHORT) == Expired()


def test_a_text_that_had_to_wait_has_links_that_live_from_when_it_left() -> None:
    message, code = sent()
    Message.objects(id=message.id).update(set__attempted_at=NOON + 2 * LIFE)
    assert isinstance(links.follow(code, NOON + 3 * LIFE - timedelta(seconds=1), SHORT), Followed)
    assert links.follow(code, NOON + 3 * LIFE, SHORT) == Expired()


def test_a_text_that_leaves_later_has_links_that_live_longer() -> None:
    code = code_of(made())
    links.lasting("test:1", NOON + LIFE, SHORT)
    links.lasting("test:1", NOON, SHORT)  # earlier again: what was promised stays
    assert isinstance(links.follow(code, NOON + LIFE, SHORT), Followed)
    assert links.follow(code, NOON + 2 * LIFE, SHORT) == Expired()


@pytest.mark.parametrize("code", ["", "x", "0" * 11, "$ne" + "0" * 8, "/" * 11])
def test_a_name_that_nobody_gave_leads_nowhere(code: str) -> None:
    made()
    assert links.follow(code, NOON, SHORT) is None


def test_after_half_a_year_it_is_forgotten_that_it_expired() -> None:
    code = code_of(made())
    assert links.tidy(NOON + LIFE + KEPT - timedelta(seconds=1)) == 0
    assert links.follow(code, NOON + LIFE, SHORT) == Expired()
    assert links.tidy(NOON + LIFE + KEPT) == 1
    assert links.follow(code, NOON + LIFE, SHORT) is None


def test_the_first_click_is_news_and_every_click_is_counted() -> None:
    message, code = sent()
    assert links.clicked(followed(code), later(5))
    once = fresh(message)
    assert (once.clicked_at, once.rev) == (later(5), message.rev + 1)
    assert once.relay == message.relay  # the chat shows no clicks
    assert links.clicked(followed(code), later(9))
    twice = fresh(message)
    assert (twice.clicked_at, twice.rev) == (later(5), once.rev)
    link = Link.objects.get()
    assert (link.clicks, link.first_at, link.last_at) == (2, later(5), later(9))


def test_clicks_at_once_are_all_counted_and_told_once() -> None:
    message, code = sent()
    assert race(*[lambda: links.clicked(followed(code), later(5))] * 8) == [True] * 8
    assert Link.objects.get().clicks == 8
    assert fresh(message).rev == message.rev + 1


def test_before_the_text_leaves_nobody_can_have_clicked() -> None:
    received()
    message = queued()
    code = code_of(made(origin=message.origin))
    assert not links.clicked(followed(code), later(5))
    assert Link.objects.get().clicks == 0
    assert fresh(message).clicked_at is None


def test_a_click_on_one_persons_link_says_nothing_of_others() -> None:
    message, code = sent()
    other = made(origin="test:2", phone=STRANGER)
    links.clicked(followed(code), later(5))
    assert Link.objects.get(code=code_of(other)).clicks == 0
    assert fresh(message).clicked_at


def test_a_link_without_a_text_counts_nothing() -> None:
    assert not links.clicked(followed(code_of(made())), later(5))


@pytest.fixture
def forgotten() -> str:
    """The name of a link whose person was forgotten, after somebody had found where it leads."""
    _, code = sent()
    before = followed(code)
    links.clicked(before, later(1))
    links.forget([CUSTOMER])
    assert not links.clicked(before, later(2))
    return code


def test_of_somebody_forgotten_the_link_is_gone_and_tells_nothing(forgotten: str) -> None:
    (raw,) = Link._get_collection().find()
    assert raw.keys() == {"_id", "code", "url", "clicks", "createdAt", "expiresAt", "rev"}
    assert raw["clicks"] == 0
    assert links.follow(forgotten, NOON, SHORT) == Expired()


def test_links_in_texts_that_are_forgotten_are_gone_too() -> None:
    codes = [code_of(made(origin=one, phone=STRANGER)) for one in ("test:1", "test:2")]
    links.forget(origins=["test:1"])
    assert links.follow(codes[0], NOON, SHORT) == Expired()
    assert followed(codes[1]).target == HOUSE
