"""Posts, marks, whispers and people, as the stand-in Slack shows them afterwards."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.blocks.cards import REPLY
from domain.values import Button, Card, Failed, Person, Place, Postponed, Shown, Unclear
from tests.bot.rig import CARD, INBOX, Rig, post

MARK, OTHER = "hourglass_flowing_sand", "heavy_check_mark"


def since() -> datetime:
    """Slack's own clock is the machine's, not the test's."""
    return datetime.now(UTC)


async def test_a_text_appears_under_the_customers_name_with_its_key(rig: Rig) -> None:
    said = await rig.chat.post(rig.chat.inbox, post("Is it free?", key="m7"))
    (shown,) = await rig.messages()
    assert said == Shown(shown["ts"])
    assert (shown["username"], shown["text"]) == ("Jane Doe", "Is it free?")
    assert shown["metadata"]["event_payload"] == {"key": "m7"}


async def test_customers_and_colleagues_are_told_apart_by_their_picture(rig: Rig) -> None:
    await rig.chat.post(rig.chat.inbox, post())
    await rig.chat.post(rig.chat.inbox, post(author="CRM", from_customer=False))
    first, second = await rig.messages()
    assert first["icons"]["emoji"] != second["icons"]["emoji"]


@pytest.mark.parametrize("author", [None, "", " \n "])
async def test_the_product_speaks_under_its_own_name(rig: Rig, author: str | None) -> None:
    said = await rig.chat.post(rig.chat.inbox, post(author=author))
    assert isinstance(said, Shown)
    assert "username" not in (await rig.channel(INBOX))["messages"][-1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\x00",
        "<!channel> & <@U0DANA>",
        "&" * 5000,
        "x" * 20_000,
        "<" * 1600,
        "🏡" * 1600,
    ],
)
async def test_any_text_can_be_shown(rig: Rig, text: str) -> None:
    assert isinstance(await rig.chat.post(rig.chat.inbox, post(text)), Shown)
    (shown,) = await rig.messages()
    assert shown["text"]
    assert "<!" not in str(shown)
    assert "<@" not in str(shown)


async def test_media_are_listed_below_the_text(rig: Rig) -> None:
    urls = ("https://api.example/a?x=1&y=2", "https://api.example/b")
    await rig.chat.post(rig.chat.inbox, post("Look", media_urls=urls))
    (shown,) = await rig.messages()
    assert shown["text"] == "Look\nhttps://api.example/a?x=1&amp;y=2\nhttps://api.example/b"


async def test_the_products_remark_stands_in_small_print(rig: Rig) -> None:
    await rig.chat.post(rig.chat.inbox, post(note="For a number that is not set up."))
    (shown,) = await rig.messages()
    assert shown["blocks"][-1]["type"] == "context"


async def test_links_of_customers_are_not_unfolded_nor_names_linked(rig: Rig) -> None:
    await rig.chat.post(rig.chat.inbox, post())
    (call,) = await rig.calls("chat.postMessage")
    names = ("unfurl_links", "unfurl_media", "link_names")
    assert [call["args"][name] for name in names] == ["false"] * 3


async def test_a_post_without_reply_is_found_by_its_key(rig: Rig) -> None:
    await rig.chat.post(rig.chat.inbox, post(key="m1"))
    await rig.fault("chat.postMessage", "drop_reply")
    assert isinstance(await rig.chat.post(rig.chat.inbox, post(key="m2")), Unclear)
    found = await rig.chat.find_post(rig.chat.inbox, "m2", since())
    assert found == (await rig.messages())[-1]["ts"]


async def test_a_post_that_never_arrived_is_not_found(rig: Rig) -> None:
    await rig.fault("chat.postMessage", "drop_request")
    await rig.chat.post(rig.chat.inbox, post(key="m2"))
    assert await rig.chat.find_post(rig.chat.inbox, "m2", since()) is None


async def test_a_post_in_a_thread_is_found_there(rig: Rig) -> None:
    head = await rig.chat.announce(rig.chat.inbox, "head", CARD)
    assert isinstance(head, Shown)
    place = Place(INBOX, head.ts)
    said = await rig.chat.post(place, post(key="m3"))
    assert isinstance(said, Shown)
    assert await rig.chat.find_post(place, "m3", since()) == said.ts


async def test_every_page_of_the_history_is_read(rig: Rig) -> None:
    said = await rig.chat.post(rig.chat.inbox, post(key="m1"))
    page: dict[str, Any] = {"ok": True, "messages": []}
    page["response_metadata"] = {"next_cursor": "0"}
    await rig.fault("conversations.history", "answer", status=200, body=page)
    assert isinstance(said, Shown)
    assert await rig.chat.find_post(rig.chat.inbox, "m1", since()) == said.ts


async def test_what_was_said_long_before_the_try_is_not_read(rig: Rig) -> None:
    await rig.chat.post(rig.chat.inbox, post(key="m1"))
    later = since() + timedelta(minutes=5)
    assert await rig.chat.find_post(rig.chat.inbox, "m1", later) is None
    oldest = (await rig.calls("conversations.history"))[0]["args"]["oldest"]
    assert len(oldest.partition(".")[2]) == 6


async def test_the_key_of_somebody_elses_message_is_not_ours(rig: Rig) -> None:
    metadata = {"event_type": "threadline_message", "event_payload": {"key": "m1"}}
    forged = {"bot_id": "B0OTHER", "ts": "1.000001", "metadata": metadata}
    body = {"ok": True, "messages": [forged, {"ts": "2.0", "metadata": {"event_payload": None}}]}
    await rig.fault("conversations.history", "answer", status=200, body=body)
    assert await rig.chat.find_post(rig.chat.inbox, "m1", since()) is None


async def test_a_search_that_fails_decides_nothing(rig: Rig) -> None:
    await rig.fault("conversations.history", "drop_reply", times=2)
    assert isinstance(await rig.chat.find_post(rig.chat.inbox, "m1", since()), Postponed)


async def test_nothing_is_found_where_nothing_is_left(rig: Rig) -> None:
    assert await rig.chat.find_post(Place("C0NOWHERE"), "m1", since()) is None


async def test_the_inbox_card_offers_to_reply(rig: Rig) -> None:
    await rig.chat.announce(rig.chat.inbox, "key", replace(CARD, own_channel=False))
    (shown,) = [m for m in (await rig.channel(INBOX))["messages"] if m.get("blocks")]
    first = next(one for one in shown["blocks"] if one["type"] == "actions")["elements"][0]
    assert (first["action_id"], first["value"]) == (REPLY, CARD.thread_id)
    assert "Jane Doe" in shown["text"]


async def test_a_card_of_a_nameless_number_says_it_once(rig: Rig) -> None:
    card = Card(CARD.thread_id, CARD.phone, CARD.phone, CARD.sender, own_channel=False)
    await rig.chat.announce(rig.chat.inbox, "key", card)
    assert (await rig.channel(INBOX))["messages"][-1]["text"].count(CARD.phone) == 1


async def test_a_whisper_is_seen_by_one_person_and_offers_choices(rig: Rig) -> None:
    buttons = [Button("Send", "release", "m1")]
    said = await rig.chat.whisper(rig.chat.inbox, "U0DANA", "Late. Send it?", buttons)
    (heard,) = (await rig.channel(INBOX))["ephemerals"]
    assert said == Shown(heard["ts"])
    assert (heard["for"], heard["text"]) == ("U0DANA", "Late. Send it?")
    assert heard["blocks"][-1]["elements"][0]["value"] == "m1"


async def test_a_whisper_to_somebody_who_left_fails(rig: Rig) -> None:
    said = await rig.chat.whisper(rig.chat.inbox, "U0GUEST", "Hello", [])
    assert said == Failed("user_not_in_channel")


async def marks(rig: Rig) -> list[str]:
    (shown,) = [m for m in await rig.messages() if m["text"] == "Hello"]
    return sorted(reaction["name"] for reaction in shown.get("reactions", []))


async def test_marks_are_brought_up_to_date(rig: Rig) -> None:
    said = await rig.chat.post(rig.chat.inbox, post())
    assert isinstance(said, Shown)
    none, before, after = frozenset[str](), frozenset({MARK}), frozenset({OTHER})
    assert await rig.chat.mark(rig.chat.inbox, said.ts, before, none) is None
    assert await rig.chat.mark(rig.chat.inbox, said.ts, after, before) is None
    assert await marks(rig) == [OTHER]


async def test_marks_that_are_there_already_are_fine(rig: Rig) -> None:
    said = await rig.chat.post(rig.chat.inbox, post())
    assert isinstance(said, Shown)
    want, have = frozenset({OTHER}), frozenset({MARK})
    for _ in range(2):
        assert await rig.chat.mark(rig.chat.inbox, said.ts, want, have) is None
    assert await marks(rig) == [OTHER]


async def test_the_new_mark_is_there_when_the_old_cannot_be_taken_away(rig: Rig) -> None:
    said = await rig.chat.post(rig.chat.inbox, post())
    assert isinstance(said, Shown)
    await rig.chat.mark(rig.chat.inbox, said.ts, frozenset({MARK}), frozenset())
    await rig.fault("reactions.remove", "answer", status=429, headers={"retry-after": "3"})
    outcome = await rig.chat.mark(rig.chat.inbox, said.ts, frozenset({OTHER}), frozenset({MARK}))
    assert outcome == Postponed("ratelimited", 3)
    assert await marks(rig) == [OTHER, MARK]


async def test_a_mark_whose_reply_is_lost_is_there_all_the_same(rig: Rig) -> None:
    said = await rig.chat.post(rig.chat.inbox, post())
    assert isinstance(said, Shown)
    await rig.fault("reactions.add", "drop_reply")
    outcome = await rig.chat.mark(rig.chat.inbox, said.ts, frozenset({MARK}), frozenset())
    assert outcome is None
    assert await marks(rig) == [MARK]


async def test_marks_on_a_message_that_is_gone_fail(rig: Rig) -> None:
    outcome = await rig.chat.mark(rig.chat.inbox, "1.000001", frozenset({MARK}), frozenset())
    assert outcome == Failed("message_not_found")


@pytest.mark.parametrize(
    ("user_id", "guest", "bot", "foreign"),
    [
        ("U0DANA", False, False, False),
        ("U0GUEST", True, False, False),
        ("U0STRANGER", False, False, True),
        ("U0STANDUP", False, True, False),
    ],
)
async def test_people_are_who_the_workspace_says(
    rig: Rig, user_id: str, guest: bool, bot: bool, foreign: bool
) -> None:
    found = await rig.chat.person(user_id)
    assert isinstance(found, Person)
    assert (found.guest, found.bot, found.foreign) == (guest, bot, foreign)
    assert found.name


async def test_nobody_by_that_id_is_a_failure(rig: Rig) -> None:
    assert await rig.chat.person("U0NOBODY") == Failed("user_not_found")


async def test_a_member_of_a_sister_workspace_is_not_foreign(rig: Rig) -> None:
    user = {"id": "U1", "team_id": "T0SISTER", "enterprise_user": {"teams": ["T0SANDBOX"]}}
    await rig.fault("users.info", "answer", status=200, body={"ok": True, "user": user})
    found = await rig.chat.person("U1")
    assert isinstance(found, Person)
    assert not found.foreign
