"""A post of ours is given other words: in its place, under its author's name, found by its key."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.values import Failed, Place, Postponed, Shown
from tests.bot.rig import INBOX, Rig, post


async def shown(rig: Rig) -> str:
    """The ts of a program's text that is there."""
    said = await rig.chat.post(
        rig.chat.inbox, post("See you at nine", key="m7", author="CRM", from_customer=False)
    )
    assert isinstance(said, Shown)
    return said.ts


async def test_the_words_change_and_the_author_stays(rig: Rig) -> None:
    ts = await shown(rig)
    assert await rig.chat.reword(rig.chat.inbox, ts, post("See you at ten <!channel>")) is None
    (now,) = await rig.messages()
    assert (now["ts"], now["username"]) == (ts, "CRM")
    assert now["text"] == "See you at ten &lt;!channel&gt;"
    assert "at ten" in str(now["blocks"])


async def test_a_remark_is_added_below(rig: Rig) -> None:
    ts = await shown(rig)
    await rig.chat.reword(rig.chat.inbox, ts, post("See you at nine", note="Called back."))
    (now,) = await rig.messages()
    assert now["blocks"][-1]["elements"][0]["text"] == "Called back."


async def test_the_post_is_still_found_by_its_key(rig: Rig) -> None:
    ts = await shown(rig)
    await rig.chat.reword(rig.chat.inbox, ts, post("See you at ten"))
    since = datetime.now(UTC) - timedelta(minutes=1)
    assert await rig.chat.find_post(rig.chat.inbox, "m7", since) == ts


async def test_words_of_any_length_fit(rig: Rig) -> None:
    ts = await shown(rig)
    assert await rig.chat.reword(rig.chat.inbox, ts, post("<" * 1600)) is None


@pytest.mark.parametrize("place", [Place(INBOX), Place("C0NOWHERE")])
async def test_a_post_that_is_gone_is_told_as_failed(rig: Rig, place: Place) -> None:
    assert isinstance(await rig.chat.reword(place, "1.000001", post()), Failed)


async def test_what_slack_puts_off_is_postponed(rig: Rig) -> None:
    ts = await shown(rig)
    await rig.fault("chat.update", "answer", status=429, headers={"retry-after": "7"})
    assert await rig.chat.reword(rig.chat.inbox, ts, post()) == Postponed("ratelimited", 7.0)


async def test_an_answer_that_was_lost_is_asked_for_again(rig: Rig) -> None:
    ts = await shown(rig)
    await rig.fault("chat.update", "drop_reply")
    assert await rig.chat.reword(rig.chat.inbox, ts, post("See you at ten")) is None
    assert len(await rig.calls("chat.update")) == 2
