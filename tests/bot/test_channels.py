"""Channels of conversations, made once and furnished fully."""

from dataclasses import replace

import pytest

from domain.values import Failed, Opened, Place, Postponed, Unclear
from tests.bot.rig import CARD, PURPOSE, Rig

NAME = "sms-jane-doe-1234"
GROUP = ("S0AGENTS",)


async def test_a_channel_is_private_and_says_whose_it_is(rig: Rig) -> None:
    place = await rig.opened()
    shown = await rig.channel(NAME)
    assert (shown["private"], shown["purpose"], shown["id"]) == (True, PURPOSE, place.channel_id)
    assert place.name == NAME


async def test_a_taken_name_is_said_to_be_taken(rig: Rig) -> None:
    await rig.opened()
    assert await rig.chat.open_channel(NAME, "another") == Failed("name_taken")


async def test_a_channel_is_ours_although_its_purpose_must_wait(rig: Rig) -> None:
    await rig.fault("conversations.setPurpose", "answer", status=429)
    place = await rig.opened()
    await rig.chat.furnish(place, CARD, GROUP)
    rig.clock.advance(10)
    assert await rig.chat.furnish(place, CARD, GROUP) is None
    assert (await rig.channel(NAME))["purpose"] == PURPOSE


async def test_a_channel_made_by_a_call_without_reply_is_found_and_claimed(rig: Rig) -> None:
    await rig.fault("conversations.create", "drop_reply")
    assert isinstance(await rig.chat.open_channel(NAME, PURPOSE), Unclear)
    found = await rig.chat.find_channel(NAME, PURPOSE)
    assert isinstance(found, Opened)
    assert (await rig.channel(NAME))["purpose"] == PURPOSE


async def test_our_channel_is_found_by_its_purpose_under_any_name(rig: Rig) -> None:
    place = await rig.opened("sms-old-name-1234")
    assert await rig.chat.find_channel(NAME, PURPOSE) == Opened(place)


async def test_a_channel_of_another_conversation_is_not_adopted(rig: Rig) -> None:
    await rig.opened(purpose="Threadline conversation of somebody else")
    assert await rig.chat.find_channel(NAME, PURPOSE) is None


async def test_a_claim_that_cannot_be_written_is_no_adoption(rig: Rig) -> None:
    await rig.fault("conversations.create", "drop_reply")
    await rig.chat.open_channel(NAME, PURPOSE)
    await rig.fault("conversations.setPurpose", "drop_request", times=2)
    assert isinstance(await rig.chat.find_channel(NAME, PURPOSE), Postponed)


async def test_every_page_of_the_list_is_read(rig: Rig) -> None:
    page = {"ok": True, "channels": [], "response_metadata": {"next_cursor": "0"}}
    await rig.opened()
    await rig.fault("conversations.list", "answer", status=200, body=page)
    assert isinstance(await rig.chat.find_channel(NAME, PURPOSE), Opened)
    assert len(await rig.calls("conversations.list")) == 2


@pytest.mark.parametrize("action", ["drop_reply", "refuse"])
async def test_a_list_that_cannot_be_read_decides_nothing(rig: Rig, action: str) -> None:
    await rig.opened()
    await rig.fault("conversations.list", action, times=2)
    assert isinstance(await rig.chat.find_channel(NAME, PURPOSE), Postponed)


async def test_agents_of_the_group_are_invited_and_the_topic_says_who_it_is(rig: Rig) -> None:
    place = await rig.opened()
    assert await rig.chat.furnish(place, CARD, GROUP) is None
    shown = await rig.channel(NAME)
    assert {"U0DANA", "U0SAM", "U0PRIYA"} <= set(shown["members"])
    assert shown["topic"] == "Jane Doe · +17605551234 · answered by nobody yet · at +17605550100"


async def test_furnishing_again_changes_nothing(rig: Rig) -> None:
    place = await rig.opened()
    await rig.chat.furnish(place, CARD, GROUP)
    assert await rig.chat.furnish(place, CARD, GROUP) is None
    assert len(await rig.calls("conversations.setTopic")) == 1
    assert len(await rig.calls("conversations.setPurpose")) == 1


async def test_people_named_one_by_one_are_invited_and_a_wrong_one_does_no_harm(
    rig: Rig,
) -> None:
    place = await rig.opened()
    assert await rig.chat.furnish(place, CARD, ("U0DANA", "U0NOBODY", "U0DANA")) is None
    assert "U0DANA" in (await rig.channel(NAME))["members"]


async def test_an_unknown_group_is_refused_for_good(rig: Rig) -> None:
    assert await rig.chat.furnish(await rig.opened(), CARD, ("S0WRONG",)) == Failed(
        "no_such_subteam"
    )


async def test_without_agents_nobody_is_invited(rig: Rig) -> None:
    assert await rig.chat.furnish(await rig.opened(), CARD, ()) is None
    assert not await rig.calls("conversations.invite")


@pytest.mark.parametrize(
    "method",
    [
        "conversations.info",
        "conversations.setTopic",
        "usergroups.users.list",
        "conversations.invite",
    ],
)
async def test_a_limit_anywhere_postpones_the_furnishing(rig: Rig, method: str) -> None:
    place = await rig.opened()
    await rig.fault(method, "answer", status=429, headers={"retry-after": "9"})
    assert await rig.chat.furnish(place, CARD, GROUP) == Postponed("ratelimited", 9)
    rig.clock.advance(9)
    assert await rig.chat.furnish(place, CARD, GROUP) is None


@pytest.mark.parametrize("method", ["conversations.setTopic", "conversations.invite"])
async def test_a_step_whose_reply_is_lost_is_done_once_more(rig: Rig, method: str) -> None:
    place = await rig.opened()
    await rig.fault(method, "drop_reply")
    assert await rig.chat.furnish(place, CARD, GROUP) is None
    assert len(await rig.calls(method)) == 2


async def test_a_refused_topic_does_not_keep_agents_out(rig: Rig) -> None:
    body = {"ok": False, "error": "restricted_action"}
    place = await rig.opened()
    await rig.fault("conversations.setTopic", "answer", status=200, body=body)
    assert await rig.chat.furnish(place, CARD, GROUP) == Failed("restricted_action")
    assert "U0DANA" in (await rig.channel(NAME))["members"]


async def test_a_channel_that_is_gone_is_said_to_be_gone(rig: Rig) -> None:
    assert await rig.chat.furnish(Place("C0NOWHERE"), CARD, GROUP) == Failed(
        "channel_not_found", True
    )


async def test_a_name_with_markup_makes_a_harmless_topic(rig: Rig) -> None:
    place = await rig.opened()
    await rig.chat.furnish(place, replace(CARD, name="<!channel> & Co"), GROUP)
    assert "<!channel>" not in (await rig.channel(NAME))["topic"]
