"""Every way in which Slack goes wrong, against everything that we ask of it: nothing surprises."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.values import Failed, Place, Postponed, Shown, Unavailable, Unclear
from tests.bot.rig import CARD, PURPOSE, FakePace, Rig, chat_on, post
from tests.clock import FakeClock

SECONDS = 1
SINCE = FakeClock().now()
MARK = frozenset({"white_check_mark"})
LOGIN = "<!doctype html><html><title>Log in</title></html>"
HELD = {"retry-after": "30"}

FAULTS: dict[str, dict[str, Any]] = {
    "429": {"action": "answer", "status": 429, "headers": HELD},
    "ratelimited": {"action": "answer", "status": 429, "headers": HELD, "body": "ratelimited"},
    "500": {"action": "answer", "status": 500, "body": LOGIN},
    "503": {"action": "answer", "status": 503},
    "a page": {"action": "answer", "status": 200, "body": LOGIN},
    "cut JSON": {"action": "answer", "status": 200, "body": '{"ok": tr'},
    "a list": {"action": "answer", "status": 200, "body": ["ok"]},
    "wrong types": {"action": "answer", "status": 200, "body": {"ok": "yes", "ts": 7, "user": []}},
    "internal_error": {"action": "answer", "status": 200, "body": "internal_error"},
    "token_revoked": {"action": "answer", "status": 200, "body": "token_revoked"},
    "account_inactive": {"action": "answer", "status": 200, "body": "account_inactive"},
    "is_archived": {"action": "answer", "status": 200, "body": "is_archived"},
    "channel_not_found": {"action": "answer", "status": 200, "body": "channel_not_found"},
    "msg_too_long": {"action": "answer", "status": 200, "body": "msg_too_long"},
    "missing_scope": {"action": "answer", "status": 200, "body": "missing_scope"},
    "silence": {"action": "delay", "seconds": 2 * SECONDS},
    "done and dropped": {"action": "drop_reply"},
    "dropped": {"action": "drop_request"},
}
WORDS = frozenset(name for name, fault in FAULTS.items() if fault.get("body") == name)
WAIT = frozenset({"429", "ratelimited", "token_revoked", "account_inactive"})
"""Nothing was done, and it is tried again when it may work."""
NO = frozenset({"is_archived", "channel_not_found", "msg_too_long", "missing_scope"})
"""Nothing was done, and nothing comes of trying again."""

Ask = Callable[[Rig, Place], Awaitable[Any]]
ONCE: dict[str, Ask] = {
    "chat.postMessage": lambda rig, place: rig.chat.post(place, post()),
    "conversations.create": lambda rig, _: rig.chat.open_channel("sms-joe", f"{PURPOSE} 2"),
    "chat.postEphemeral": lambda rig, place: rig.chat.whisper(place, "U0DANA", "Psst", ()),
}
"""What must not be done twice."""
AGAIN: dict[str, Ask] = {
    "chat.update": lambda rig, place: rig.chat.reword(place, place.thread_ts or "", post("New")),
    "reactions.add": lambda rig, place: rig.chat.mark(
        place, place.thread_ts or "", MARK, frozenset()
    ),
    "conversations.invite": lambda rig, place: rig.chat.furnish(place, CARD, ("U0DANA",)),
    "users.info": lambda rig, _: rig.chat.person("U0DANA"),
    "conversations.replies": lambda rig, place: rig.chat.find_post(place, "m9", SINCE),
    "files.getUploadURLExternal": lambda rig, _: rig.chat.upload("a.txt", b"hello"),
}
"""What may."""
TOLD = (Failed, Postponed, Unclear, Unavailable)
HARMLESS = {
    # What is gone holds no post.
    "conversations.replies": NO & {"is_archived", "channel_not_found"},
    # The answer says only that it is done, and so it is, or it is found done at the second try.
    "chat.update": frozenset({"wrong types"}),
    "reactions.add": frozenset({"wrong types", "done and dropped"}),
    "conversations.invite": frozenset({"wrong types", "done and dropped"}),
}


async def place_of(rig: Rig) -> Place:
    """Where something of ours stands already."""
    place = await rig.opened()
    said = await rig.chat.post(place, post("First", key="m0"))
    assert isinstance(said, Shown)
    return Place(place.channel_id, said.ts, place.team_id)


async def asked(rig: Rig, place: Place, method: str, fault: str) -> Any:
    """What comes of it; the failure goes on as long as we ask."""
    rule = FAULTS[fault]
    if fault in WORDS:
        rule = rule | {"body": {"ok": False, "error": fault}}
    rig.chat = chat_on(f"{rig.town.url}/slack/api/", FakePace(), rig.clock, timeout=SECONDS)
    await rig.chat.person("U0SAM")  # who we are is known by now
    await rig.fault(method, times=None, **rule)
    return await (ONCE | AGAIN)[method](rig, place)


def due(fault: str) -> type:
    """What a call that must not be repeated is to be told as."""
    return Postponed if fault in WAIT else Failed if fault in NO else Unclear


@pytest.mark.parametrize("method", ONCE)
async def test_what_must_not_be_done_twice_is_called_once_and_told_as_it_is(
    rig: Rig, method: str
) -> None:
    place, told, times = await place_of(rig), {}, {}
    for fault in FAULTS:
        before = len(await rig.calls(method))
        told[fault] = type(await asked(rig, place, method, fault))
        times[fault] = len(await rig.calls(method)) - before
    assert told == {fault: due(fault) for fault in FAULTS}
    del times["silence"]  # the stand-in writes it down when it is over
    assert set(times.values()) == {1}


@pytest.mark.long
@pytest.mark.parametrize("method", AGAIN)
async def test_what_may_be_repeated_is_never_taken_for_done(rig: Rig, method: str) -> None:
    place = await place_of(rig)
    told = {fault: await asked(rig, place, method, fault) for fault in FAULTS}
    done = {fault for fault, one in told.items() if not isinstance(one, TOLD)}
    assert done <= HARMLESS.get(method, frozenset())
