"""Every way in which a call can end becomes the right outcome, over real HTTP."""

import socket
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import outcome_of, pause_of
from bot.limits import TIERS, Limits
from domain.values import Failed, Postponed, Shown, Unclear
from tests.adapters.sandbox.town import free_socket, served
from tests.bot.rig import CARD, INBOX, FakePace, Rig, chat_on, post
from tests.clock import FakeClock

METHOD = "chat.postMessage"


async def test_a_limit_is_kept_for_that_channel_by_all_processes(rig: Rig) -> None:
    await rig.fault(METHOD, "answer", status=429, headers={"retry-after": "7"})
    said = await rig.chat.post(rig.chat.inbox, post())
    assert said == Postponed("ratelimited", 7)
    assert rig.pace.wait(f"slack:T0SANDBOX:{METHOD}:{INBOX}", rig.clock.now()) == 7
    assert rig.pace.wait(f"slack:T0SANDBOX:{METHOD}", rig.clock.now()) == 0


async def test_nothing_is_called_while_its_pace_is_held(rig: Rig) -> None:
    await rig.fault(METHOD, "answer", status=429, headers={"retry-after": "7"})
    await rig.chat.post(rig.chat.inbox, post())
    rig.clock.advance(3)
    assert await rig.chat.post(rig.chat.inbox, post()) == Postponed("paced", 4)
    assert len(await rig.calls(METHOD)) == 1
    rig.clock.advance(4)
    assert isinstance(await rig.chat.post(rig.chat.inbox, post()), Shown)


async def test_one_channel_does_not_wait_for_another(rig: Rig) -> None:
    place = await rig.opened()
    await rig.fault(METHOD, "answer", status=429, headers={"retry-after": "7"})
    await rig.chat.post(place, post())
    assert isinstance(await rig.chat.post(rig.chat.inbox, post()), Shown)


async def test_the_workspace_cap_holds_every_channel_for_minutes(rig: Rig) -> None:
    body = {"ok": False, "error": "message_limit_exceeded"}
    await rig.fault(METHOD, "answer", status=200, body=body)
    said = await rig.chat.post(rig.chat.inbox, post())
    assert said == Postponed("message_limit_exceeded", 120)
    place = await rig.opened()
    assert await rig.chat.post(place, post()) == Postponed("paced", 120)


async def test_a_limit_of_one_method_leaves_the_others_alone(rig: Rig) -> None:
    await rig.fault("users.info", "answer", status=429, headers={"retry-after": "30"})
    assert await rig.chat.person("U0DANA") == Postponed("ratelimited", 30)
    assert isinstance(await rig.chat.post(rig.chat.inbox, post()), Shown)


@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("drop_reply", {}),
        ("drop_request", {}),
        ("answer", {"status": 503}),
        ("answer", {"status": 500, "body": "<html>oops</html>"}),
        ("answer", {"status": 200, "body": "<html>login</html>"}),
        ("answer", {"status": 200, "body": ["a", "list"]}),
        ("answer", {"status": 200, "body": {"ok": True}}),
        ("answer", {"status": 200, "body": {"ok": False, "error": "internal_error"}}),
        ("answer", {"status": 200, "body": {"ok": False, "error": "fatal_error"}}),
    ],
)
async def test_what_may_have_been_done_is_unclear_and_not_repeated(
    rig: Rig, action: str, more: dict[str, object]
) -> None:
    await rig.fault(METHOD, action, **more)
    assert isinstance(await rig.chat.post(rig.chat.inbox, post()), Unclear)
    assert len(await rig.calls(METHOD)) == 1


async def test_a_dropped_reply_left_one_message_behind(rig: Rig) -> None:
    await rig.fault(METHOD, "drop_reply")
    await rig.chat.post(rig.chat.inbox, post())
    assert len(await rig.messages()) == 1


async def test_a_connection_that_was_never_made_is_postponed(clock: FakeClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    chat = chat_on(f"http://127.0.0.1:{port}/api/", FakePace(), clock)
    said = await chat.post(chat.inbox, post())
    assert isinstance(said, Postponed)
    assert said.seconds is None


async def test_an_answer_that_does_not_come_in_time_is_unclear(rig: Rig) -> None:
    chat = chat_on(f"{rig.town.url}/slack/api/", rig.pace, rig.clock, timeout=1)
    await rig.fault(METHOD, "delay", seconds=1.5)
    assert await chat.post(chat.inbox, post()) == Unclear("timeout")


async def test_a_no_is_final_and_names_itself(rig: Rig) -> None:
    body = {"ok": False, "error": "restricted_action_read_only_channel"}
    await rig.fault(METHOD, "answer", status=200, body=body)
    said = await rig.chat.post(rig.chat.inbox, post())
    assert said == Failed("restricted_action_read_only_channel", gone=False)


async def test_a_revoked_token_keeps_texts_waiting(rig: Rig) -> None:
    chat = chat_on(f"{rig.town.url}/slack/api/", rig.pace, rig.clock, token="xoxb-wrong")
    assert await chat.post(chat.inbox, post()) == Postponed("invalid_auth")


async def test_we_ask_who_we_are_only_once(rig: Rig) -> None:
    await rig.chat.post(rig.chat.inbox, post())
    await rig.chat.post(rig.chat.inbox, post())
    assert len(await rig.calls("auth.test")) == 1


@pytest.mark.parametrize(
    "code", ["channel_not_found", "not_in_channel", "is_archived", "thread_not_found"]
)
def test_a_place_that_is_no_more_says_so(code: str) -> None:
    assert outcome_of(code) == Failed(code, gone=True)


@pytest.mark.parametrize("given", ["", "soon", "-3", "1e9", "٣", "0"])
def test_an_odd_retry_after_still_means_a_pause(given: str) -> None:
    assert pause_of("ratelimited", {"Retry-After": given}) >= 1


async def test_an_answer_in_an_unknown_encoding_is_unclear(clock: FakeClock) -> None:
    async def garble(_request: Request) -> Response:
        return Response(b"\xff\xfe\x00", media_type="application/json; charset=klingon")

    listener = free_socket()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/api/"
    app = Starlette(routes=[Route("/api/{method}", garble, methods=["POST"])])
    async with served(app, listener):
        chat = chat_on(url, FakePace(), clock)
        assert isinstance(await chat.post(chat.inbox, post()), Postponed)


async def test_what_must_not_be_done_twice_does_not_begin_too_late(rig: Rig) -> None:
    too_late = rig.clock.now() - timedelta(milliseconds=1)
    assert await rig.chat.post(rig.chat.inbox, post(), too_late) == Unclear("overslept")
    assert await rig.chat.announce(rig.chat.inbox, "key", CARD, too_late) == Unclear("overslept")
    assert await rig.chat.open_channel("sms-late", "late", too_late) == Unclear("overslept")
    assert await rig.messages() == []
    assert await rig.calls("conversations.create") == []


async def test_what_begins_in_time_is_done(rig: Rig) -> None:
    assert isinstance(await rig.chat.post(rig.chat.inbox, post(), rig.clock.now()), Shown)


async def test_a_channel_is_posted_to_at_its_pace(rig: Rig) -> None:
    rig.pace.limited = True
    told = [await rig.chat.post(rig.chat.inbox, post(key=f"m{n}")) for n in range(4)]
    assert [isinstance(one, Shown) for one in told] == [True, True, True, False]
    assert told[3] == Postponed("paced", 1)
    assert len(await rig.calls(METHOD)) == 3
    assert isinstance(await rig.chat.post(await rig.opened(), post()), Shown)
    rig.clock.advance(1)
    assert isinstance(await rig.chat.post(rig.chat.inbox, post(key="m3")), Shown)


async def test_passing_marks_leave_room_for_the_last_ones(rig: Rig) -> None:
    rig.pace.limited = True
    ts = (await rig.write(INBOX))["ts"]

    async def marked(name: str, *, spare: bool) -> object:
        return await rig.chat.mark(rig.chat.inbox, ts, frozenset({name}), frozenset(), spare=spare)

    passing = [await marked(f"emoji_{n}", spare=True) for n in range(20)]
    assert 0 < passing.count(None) < 20
    assert await marked("white_check_mark", spare=False) is None


@pytest.mark.parametrize(
    ("method", "tier"),
    [
        ("conversations.create", 2),
        ("conversations.invite", 3),
        ("reactions.remove", 2),
        ("reactions.add", 3),
        ("chat.update", 3),
        ("views.publish", 4),
        ("users.info", 4),
    ],
)
def test_each_method_keeps_to_its_tier(method: str, tier: int) -> None:
    assert Limits().rate(method) == TIERS[tier]


def test_a_post_is_limited_by_its_channel_alone() -> None:
    assert Limits().rate(METHOD) is None
    assert Limits(pace=10).channel.every == timedelta(seconds=0.1)
