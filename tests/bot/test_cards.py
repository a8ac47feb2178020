"""The head of a conversation and what else the product says, within Slack's limits."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sandbox.slack.blocks import check_blocks
from bot.blocks import cards
from bot.blocks.announcements import content
from domain.values import Card, Past, Place, Remark, Spoken
from tests.bot.rig import CARD
from tests.clock import NOON

OWN = replace(CARD, consent="agreed to texts", consent_at=NOON, assignee="Dana", tags=("vip",))
INBOX = replace(OWN, own_channel=False)
LONG = st.text(max_size=5_000)


def rows(card: Card, **more: bool) -> list[dict[str, Any]]:
    found = [one for one in cards.card(card, **more) if one["type"] == "actions"]
    return [button for row in found for button in row["elements"]]


def names(card: Card, **more: bool) -> set[str]:
    return {button["action_id"] for button in rows(card, **more)}


def test_in_its_own_channel_a_card_offers_all_but_what_needs_no_button() -> None:
    assert names(OWN) == {
        "assign_me",
        "assign",
        "close_thread",
        "snooze",
        "schedule",
        "use_template",
        "record_consent",
        "edit_contact",
        "timeline",
        "reply_mode",
    }


def test_in_the_inbox_it_offers_to_reply_and_a_channel_of_its_own() -> None:
    assert names(INBOX) - names(OWN) == {"reply", "own_channel"}
    assert names(OWN) - names(INBOX) == {"reply_mode"}
    assert rows(INBOX)[0]["action_id"] == "reply"


def test_where_no_conversation_has_a_channel_none_is_offered() -> None:
    assert "own_channel" not in names(INBOX, movable=False)


@pytest.mark.parametrize("shown", [OWN, INBOX])
def test_a_closed_one_can_be_opened_and_not_closed(shown: Card) -> None:
    offered = names(replace(shown, status="closed"))
    assert "reopen_thread" in offered
    assert "close_thread" not in offered


def test_every_button_is_about_the_conversation_and_named_once() -> None:
    for shown in (OWN, INBOX):
        pressed = rows(shown)
        assert {button["value"] for button in pressed} == {CARD.thread_id}
        assert len({button["action_id"] for button in pressed}) == len(pressed)


def test_it_says_what_an_agent_must_know() -> None:
    said = str(cards.card(replace(OWN, held=True, notice="A strange number.")))
    for word in ("Jane Doe", "+17605551234", "agreed to texts", "Dana", "vip", "open"):
        assert word in said
    assert cards.HELD in said
    assert "A strange number." in said


def test_a_snoozed_one_says_until_when_on_the_readers_own_clock() -> None:
    shown = replace(OWN, status="snoozed", snoozed_until=NOON)
    assert f"snoozed until <!date^{int(NOON.timestamp())}^" in str(cards.card(shown))
    assert "2026-03-04 20:00 UTC" in str(cards.card(shown))


@pytest.mark.parametrize("mode", cards.MODES)
def test_it_says_what_becomes_of_what_is_written(mode: str) -> None:
    shown = replace(OWN, reply_mode=mode)
    assert cards.MODES[mode] in str(cards.card(shown))
    label = rows(shown)[-1]["text"]["text"]
    assert label == {"send": "Internal by default", "internal": "Answer by default"}[mode]


def test_it_links_to_where_the_conversation_was() -> None:
    assert "<#C_OLD>" in str(cards.card(replace(OWN, earlier=Place("C_OLD"))))
    below = replace(OWN, earlier=Place("C0", "5.5"))
    assert "in a thread of <#C0>" in str(cards.card(below))


def test_a_topic_says_number_consent_and_who_answers() -> None:
    assert cards.topic(OWN) == (
        "Jane Doe · +17605551234 · agreed to texts · answered by Dana · at +17605550100"
    )
    assert " · internal by default · " in cards.topic(replace(OWN, reply_mode="internal"))
    nameless = replace(OWN, name=OWN.phone, assignee=None, consent="")
    assert cards.topic(nameless) == "+17605551234 · answered by nobody yet · at +17605550100"


@given(LONG, LONG, LONG, LONG, st.lists(LONG, max_size=60))
def test_whatever_people_are_called_it_fits_and_mentions_nobody(
    name: str, phone: str, consent: str, assignee: str, tags: list[str]
) -> None:
    shown = Card("t", name, phone, phone, True, name, consent, NOON, assignee, tags=tuple(tags))
    for card in (shown, replace(shown, own_channel=False, held=True, earlier=Place("C1"))):
        told = content(card, movable=True)
        check_blocks(told["blocks"], 50)
        assert "<@" not in str(told)
        assert "<!here" not in str(told)
    assert len(cards.topic(shown)) <= cards.MOST_TOPIC


@given(st.lists(st.tuples(LONG, LONG), max_size=10))
def test_any_past_fits_into_one_post(said: list[tuple[str, str]]) -> None:
    told = content(Past(tuple(Spoken(NOON, who, what) for who, what in said)), movable=True)
    check_blocks(told["blocks"], 50)
    assert len(str([one.get("text") for one in told["blocks"]])) < 13_200


def test_a_past_is_told_with_authors_and_times_in_order() -> None:
    later = datetime.fromisoformat("2026-03-05T09:00:00+00:00")
    past = Past((Spoken(NOON, "Jane", "Is it <free>?"), Spoken(later, "Dana", "Yes")))
    told = content(past, movable=True)
    first, second = (block["text"]["text"] for block in told["blocks"][1:])
    assert first.startswith("*Jane* · <!date^")
    assert first.endswith("Is it &lt;free&gt;?")
    assert (second.startswith("*Dana*"), second.endswith("Yes")) == (True, True)


def test_a_remark_points_to_a_channel_and_to_nothing_that_a_customer_named() -> None:
    told = content(Remark("The texts with <!channel> go on in", Place("C1")), movable=True)
    assert told["text"] == "The texts with &lt;!channel&gt; go on in <#C1>."
    assert content(Remark("Plain."), movable=True)["text"] == "Plain."
