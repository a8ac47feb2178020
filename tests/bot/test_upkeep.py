"""What is done to a place in the stand-in Slack, and what each refusal comes to."""

from dataclasses import replace
from typing import Any

import pytest

from domain.values import (
    Archive,
    Deed,
    Failed,
    Opened,
    Pin,
    Place,
    Postponed,
    Renew,
    Retitle,
    Shown,
    Unarchive,
    Unclear,
)
from tests.bot.rig import CARD, PURPOSE, Rig

NAME = "sms-jane-doe-1234"
NEW = replace(CARD, name="Joan Doe")


@pytest.fixture
async def place(rig: Rig) -> Place:
    """A channel of ours."""
    return await rig.opened()


async def carded(rig: Rig, place: Place) -> str:
    """Its card's ts."""
    shown = await rig.chat.announce(place, "card", CARD)
    assert isinstance(shown, Shown)
    return shown.ts


async def refuse(rig: Rig, method: str, error: str) -> None:
    """The next call of that method gets that answer."""
    body: dict[str, Any] = {"ok": False, "error": error}
    await rig.fault(method, "answer", status=200, body=body)


async def test_a_card_is_changed_in_place_and_keeps_its_key(rig: Rig, place: Place) -> None:
    ts = await carded(rig, place)
    assert await rig.chat.keep(place, Renew(ts, NEW)) is None
    (shown,) = await rig.messages(NAME)
    assert (shown["ts"], "Joan Doe" in shown["text"]) == (ts, True)
    assert shown["metadata"]["event_payload"] == {"key": "card"}


async def test_a_card_is_pinned_once(rig: Rig, place: Place) -> None:
    ts = await carded(rig, place)
    assert await rig.chat.keep(place, Pin(ts)) is None
    assert await rig.chat.keep(place, Pin(ts)) is None
    assert (await rig.messages(NAME))[0]["pinned_to"] == [place.channel_id]


async def test_a_topic_is_changed(rig: Rig, place: Place) -> None:
    assert await rig.chat.keep(place, Retitle(NEW)) is None
    assert (await rig.channel(NAME))["topic"].startswith("Joan Doe · ")


async def test_a_channel_is_archived_and_what_is_archived_is_fine(rig: Rig, place: Place) -> None:
    assert await rig.chat.keep(place, Archive()) is None
    assert (await rig.channel(NAME))["archived"]
    await refuse(rig, "conversations.archive", "already_archived")
    assert await rig.chat.keep(place, Archive()) is None


async def test_an_archived_channel_cannot_be_opened_by_a_bot(rig: Rig, place: Place) -> None:
    await rig.chat.keep(place, Archive())
    assert await rig.chat.keep(place, Unarchive()) == Failed("not_in_channel", gone=True)


async def test_one_that_was_never_archived_is_open(rig: Rig, place: Place) -> None:
    assert await rig.chat.keep(place, Unarchive()) is None


DEEDS: dict[str, Deed] = {
    "chat.update": Renew("1.5", NEW),
    "conversations.setTopic": Retitle(NEW),
    "pins.add": Pin("1.5"),
    "conversations.archive": Archive(),
    "conversations.unarchive": Unarchive(),
}


async def test_in_a_channel_that_is_gone_nothing_is_kept(rig: Rig) -> None:
    for deed in DEEDS.values():
        outcome = await rig.chat.keep(Place("C0NOWHERE"), deed)
        assert outcome == Failed("channel_not_found", gone=True)


async def test_a_limit_puts_off_and_silence_is_no_answer(rig: Rig, place: Place) -> None:
    for method, deed in DEEDS.items():
        await rig.fault(method, "answer", status=429, headers={"retry-after": "9"})
        assert await rig.chat.keep(place, deed) == Postponed("ratelimited", 9)
        rig.clock.advance(9)
        await rig.fault(method, "drop_request", times=2)
        assert isinstance(await rig.chat.keep(place, deed), Unclear)


BARRED = ("restricted_action", "cant_archive_general", "cant_archive_required")
NO_CHANNEL = (
    "cannot_create_channel",
    "invalid_name",
    "invalid_name_maxlength",
    "invalid_name_punctuation",
    "invalid_name_required",
    "invalid_name_specials",
    "no_channel",
    "restricted_action",
)
UNINVITED = (
    "method_not_supported_for_channel_type",
    "no_external_invite_permission",
    "org_user_not_in_team",
    "ura_max_channels",
    "user_is_restricted",
    "user_not_found",
)


async def test_an_archiving_that_is_refused_says_why(rig: Rig, place: Place) -> None:
    for code in BARRED:
        await refuse(rig, "conversations.archive", code)
        assert await rig.chat.keep(place, Archive()) == Failed(code)


async def test_a_channel_that_is_refused_is_refused_for_good(rig: Rig) -> None:
    for code in NO_CHANNEL:
        await refuse(rig, "conversations.create", code)
        assert await rig.chat.open_channel(NAME, PURPOSE) == Failed(code)
    assert isinstance(await rig.chat.open_channel(NAME, PURPOSE), Opened)


async def test_people_who_cannot_be_invited_do_not_keep_the_channel_from_use(
    rig: Rig, place: Place
) -> None:
    for code in UNINVITED:
        await refuse(rig, "conversations.invite", code)
        assert await rig.chat.furnish(place, CARD, ("U0DANA",)) == Failed(code)


async def test_who_is_there_already_needs_no_invitation(rig: Rig, place: Place) -> None:
    for code in ("already_in_channel", "cant_invite_self"):
        await refuse(rig, "conversations.invite", code)
        assert await rig.chat.furnish(place, CARD, ("U0DANA",)) is None


async def test_an_invitation_into_a_channel_that_is_gone_says_so(rig: Rig, place: Place) -> None:
    for code in ("not_in_channel", "is_archived"):
        await refuse(rig, "conversations.invite", code)
        assert await rig.chat.furnish(place, CARD, ("U0DANA",)) == Failed(code, gone=True)
