"""The App Home in the stand-in Slack, by the real bot over HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.listeners.home import SENT_AGAIN
from bot.views.home import EMPTY, FIRST, NOT_FOR_YOU, NOT_FOUND, TO_DECIDE, TOO_MUCH
from domain.model import Contact, Home, Message, Thread
from domain.rules.roles import BARS
from domain.rules.status import MessageStatus
from domain.services import agents, messages, threads
from domain.services.desk import reviews
from domain.values import Button, Person
from tests.bot.events import AGENT, TEAM
from tests.bot.homes import buttons, current, labels, opened, press, shown, tab, words
from tests.bot.office import Office, product, workspace
from tests.bot.rig import INBOX, Rig
from tests.clock import FakeClock
from tests.conftest import Serve
from tests.domain.build import CUSTOMER, TOKEN, furnished, received

SAM = "U0SAM"
ME = {"kind": "agent", "key": AGENT, "name": "Dana"}


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace whose clock is the machine's, because Slack's timestamps are."""
    async with workspace(FakeClock(datetime.now(UTC))) as (built, _):
        yield built


def talk(rig: Rig, number: int = 0, body: str = "Is it free?", **changes: Any) -> Thread:
    """A customer wrote, so many seconds after the first; `changes` of the conversation."""
    at = rig.clock.now() + timedelta(seconds=number)
    phone = f"{CUSTOMER[:-2]}{number:02d}"
    thread = threads.get(received(body, now=at, sender=phone).thread_id)
    furnished(thread.id, f"C{number}")
    fields = {"unreadCount": 1, "lastMessageId": Message.objects.get(thread_id=thread.id).id}
    Thread._get_collection().update_one({"_id": thread.id}, {"$set": fields | changes})
    return threads.get(thread.id)


def failed(rig: Rig, thread: Thread, status: str = "failed", **fields: Any) -> Message:
    """A text of ours that did not arrive."""
    made = Message(
        origin=f"test:{Message.objects.count()}",
        direction="outbound",
        status=status,
        from_=thread.sender,
        to=thread.phone,
        body="On my way",
        thread_id=thread.id,
        sent_by=ME,
        created_at=rig.clock.now(),
        **fields,
    )
    made.save()
    return made


async def test_an_installation_with_nothing_yet_says_what_to_do(rig: Rig) -> None:
    page = await opened(rig)
    assert all(line in words(page) for line in FIRST)
    assert current(page) == "mine"


async def test_guests_and_foreigners_see_a_polite_page(rig: Rig) -> None:
    for user, kind in (("U0GUEST", "guest"), ("U0STRANGER", "foreign")):
        page = await opened(rig, user)
        assert NOT_FOR_YOU in words(page)
        assert BARS[kind].message in words(page)
        assert buttons(page) == []


async def test_whoever_is_no_agent_is_told_what_to_do(rig: Rig) -> None:
    person = Person(SAM, TEAM, "Sam", None, False, False, False, False, role="none")
    agents.learn(person, rig.clock.now())
    assert "Ask an admin to add you" in words(await opened(rig, SAM))


async def test_my_conversations_come_unread_first_with_their_last_words(rig: Rig) -> None:
    talk(rig, 1, "Old news", assignedTo=AGENT, unreadCount=0)
    talk(rig, 2, "<!here> Is it *free*?", assignedTo=AGENT)
    talk(rig, 3, "Somebody else's", assignedTo=SAM)
    talk(rig, 4, "Done", assignedTo=AGENT, status="closed")
    rig.clock.advance(minutes=10)
    page = await opened(rig)
    said = words(page)
    assert said.index("Is it") < said.index("Old news")
    assert "*1 new*" in said
    assert "waiting for 9 min" in said
    assert "<!here>" not in said
    assert "Somebody else" not in said
    assert "Done" not in said
    assert labels(page)[0] == "My conversations (1)"


async def test_open_leads_to_the_channel_or_the_thread(rig: Rig) -> None:
    place = {"step": "ready", "channelId": INBOX, "threadTs": "1.000001", "teamId": TEAM}
    talk(rig, 1, assignedTo=AGENT, channel=place)
    (link,) = buttons(await opened(rig), "open_place")
    assert link["url"] == (
        f"https://slack.com/app_redirect?team={TEAM}&channel={INBOX}&message_ts=1.000001"
    )
    assert (await press(rig, "open_place"))["blocks"]


async def test_whoever_waits_can_be_claimed(rig: Rig) -> None:
    thread = talk(rig, 1)
    await opened(rig)
    page = await tab(rig, "unassigned")
    assert labels(page)[1] == "Unassigned (1)"
    page = await press(rig, "claim")
    assert threads.get(thread.id).assigned_to == AGENT
    assert EMPTY["unassigned"] in words(page)
    assert labels(page)[0] == "My conversations (1)"


async def test_what_is_to_be_decided_stands_above_everything(rig: Rig) -> None:
    talk(rig, body="Leave me alone")
    shown = str((await opened(rig))["blocks"])
    assert TO_DECIDE in shown
    reviews.decide(Thread.objects.get().id, False, None, TOKEN, rig.clock.now())
    assert TO_DECIDE not in str((await opened(rig))["blocks"])


async def notices(rig: Rig) -> list[str]:
    views = (await rig.town.http.get("/slack")).json()["views"]
    return [view["blocks"][0]["text"]["text"] for view in views]


async def test_who_comes_second_is_told_who_was_faster(rig: Rig) -> None:
    thread = talk(rig, 1)
    await opened(rig)
    await tab(rig, "unassigned")
    agents.learn(Person(SAM, TEAM, "Sam", None, False, False, False, False), rig.clock.now())
    Thread._get_collection().update_one({"_id": thread.id}, {"$set": {"assignedTo": SAM}})
    page = await press(rig, "claim")
    (told,) = await notices(rig)
    assert told.startswith("Sam has taken this conversation already.")
    assert threads.get(thread.id).assigned_to == SAM
    assert EMPTY["unassigned"] in words(page)


async def test_what_was_closed_meanwhile_is_not_claimed(rig: Rig) -> None:
    thread = talk(rig, 1)
    await opened(rig)
    await tab(rig, "unassigned")
    Thread._get_collection().update_one({"_id": thread.id}, {"$set": {"status": "closed"}})
    await press(rig, "claim")
    assert "closed meanwhile" in (await notices(rig))[0]
    assert threads.get(thread.id).assigned_to is None


async def test_ten_rows_a_page_and_back(rig: Rig) -> None:
    for number in range(1, 24):
        talk(rig, number, f"Text {number:02d}.")
    await opened(rig)
    first = await tab(rig, "unassigned")
    assert [f"Text {n:02d}." in words(first) for n in (23, 14, 13)] == [True, True, False]
    assert buttons(first, "home_newer") == []
    second = await press(rig, "home_older")
    third = await press(rig, "home_older")
    assert [f"Text {n:02d}." in words(third) for n in (4, 3, 1)] == [False, True, True]
    assert buttons(third, "home_older") == []
    assert words(await press(rig, "home_newer")) == words(second)
    assert words(await press(rig, "home_newer")) == words(first)
    assert labels(first)[1] == "Unassigned (23)"


async def test_counts_end_at_ninety_nine(rig: Rig) -> None:
    now = rig.clock.now()
    rows = [
        {"sender": "+1", "phone": f"+{n}", "status": "open", "lastMessageAt": now, "createdAt": now}
        for n in range(120)
    ]
    Thread._get_collection().insert_many([row | {"unreadCount": 0} for row in rows])
    assert labels(await opened(rig))[1] == "Unassigned (99+)"


async def test_a_page_of_other_days_begins_anew(rig: Rig) -> None:
    talk(rig, 1)
    await opened(rig)
    Home.objects.update(set__spot="unassigned:bm9uc2Vuc2U:")
    assert "Is it free?" in words(await opened(rig))


async def test_a_failed_text_says_why_and_what_to_do(rig: Rig) -> None:
    thread = talk(rig, 1)
    reason = {"error_message": "The phone is switched off.", "error_help": "Call them."}
    failed(rig, thread, **reason)
    await opened(rig)
    page = await tab(rig, "failed")
    assert "The phone is switched off. Call them." in words(page)
    assert "On my way" in words(page)
    assert labels(page)[2] == "Failed texts (1)"


async def test_retry_sends_it_again_and_takes_it_off_the_page(rig: Rig) -> None:
    thread = talk(rig, 1)
    source = failed(rig, thread)
    await opened(rig)
    await tab(rig, "failed")
    page = await press(rig, "retry")
    made = Message.objects.get(retry_of=source.id)
    assert (made.status, made.body, made.sent_by.key) == ("queued", "On my way", AGENT)
    assert EMPTY["failed"] in words(page)


async def test_retry_after_a_stop_says_so_and_sends_nothing(rig: Rig) -> None:
    thread = talk(rig, 1)
    failed(rig, thread)
    await opened(rig)
    await tab(rig, "failed")
    received("STOP", now=rig.clock.now(), sender=thread.phone)
    page = await press(rig, "retry")
    assert "opted out" in (await notices(rig))[0]
    assert Message.objects(retry_of__ne=None).count() == 0
    assert buttons(page, "retry") == []
    assert len(buttons(page, "dismiss")) == 1


async def test_what_may_have_arrived_is_not_offered_again(rig: Rig) -> None:
    failed(rig, talk(rig, 1), status=str(MessageStatus.UNKNOWN))
    await opened(rig)
    page = await tab(rig, "failed")
    assert "not known whether" in words(page)
    assert buttons(page, "retry") == []


async def test_what_is_put_aside_is_put_aside_for_oneself(rig: Rig) -> None:
    failed(rig, talk(rig, 1))
    await opened(rig)
    await opened(rig, SAM)
    await tab(rig, "failed")
    assert EMPTY["failed"] in words(await press(rig, "dismiss"))
    assert "On my way" in words(await tab(rig, "failed", SAM))


async def test_refusals_of_programs_and_failures_of_last_week_are_not_listed(rig: Rig) -> None:
    thread = talk(rig, 1)
    program = failed(rig, thread, status="refused")
    program.update(set__sent_by={"kind": "token", "key": "t", "name": "CRM"})
    old = failed(rig, thread)
    old.update(set__created_at=rig.clock.now() - timedelta(days=8))
    await opened(rig)
    assert EMPTY["failed"] in words(await tab(rig, "failed"))


async def test_retry_in_a_channel_says_that_it_is_sent(rig: Rig) -> None:
    thread = talk(rig, 1)
    source = failed(rig, thread)
    await rig.chat.whisper(
        rig.chat.inbox, AGENT, "Not delivered.", [Button("Retry", "retry", str(source.id))]
    )
    (heard,) = (await rig.channel(INBOX))["ephemerals"]
    body = {"user": AGENT, "action_id": "retry", "channel": INBOX, "ts": heard["ts"]}
    await rig.town.http.post("/slack/actions", json=body)
    told = [one["text"] for one in (await rig.channel(INBOX))["ephemerals"]]
    assert SENT_AGAIN in told
    assert messages.get(source.id).retried_at


async def test_my_scheduled_texts_say_when_they_leave(rig: Rig) -> None:
    thread = talk(rig, 1)
    later = rig.clock.now() + timedelta(days=1)
    mine = failed(rig, thread, status="scheduled", send_at=later)
    failed(rig, thread, status="scheduled", send_at=later).update(
        set__sent_by={"kind": "agent", "key": SAM}, set__body="Sam's"
    )
    await opened(rig)
    page = await tab(rig, "scheduled")
    assert "Leaves" in words(page)
    assert "Sam's" not in words(page)
    assert [one["value"] for one in buttons(page, "change_scheduled")] == [str(mine.id)]


async def test_everybodys_scheduled_texts_are_a_click_away(rig: Rig) -> None:
    thread = talk(rig, 1)
    later = rig.clock.now() + timedelta(days=1)
    failed(rig, thread, status="scheduled", send_at=later).update(set__body="Mine")
    sams = {"set__sent_by": {"kind": "agent", "key": SAM, "name": "Sam"}, "set__body": "Sam's"}
    failed(rig, thread, status="scheduled", send_at=later).update(**sams)
    gone = {"set__campaign_id": thread.id, "set__body": "A campaign's"}
    failed(rig, thread, status="scheduled", send_at=later).update(**gone)
    await opened(rig)
    await tab(rig, "scheduled")
    page = await press(rig, "home_tab_whose")
    assert ["Mine" in words(page), "Sam's" in words(page)] == [True, True]
    assert "Scheduled by Sam." in words(page)
    assert "A campaign's" not in words(page)
    assert len(buttons(page, "cancel_scheduled")) == 2
    assert "Sam's" not in words(await press(rig, "home_tab_whose"))


async def test_contacts_are_found_and_can_be_texted_or_edited(rig: Rig) -> None:
    talk(rig, 1)
    Contact.objects.update(set__first_name="Jane", set__terms=["jane"], set__names=["jane"])
    person = Contact.objects.get()
    await opened(rig)
    page = await tab(rig, "search")
    assert EMPTY["search"] in words(page)
    page = await press(rig, "home_search", value="Jane")
    assert "Jane" in words(page)
    values = [one["value"] for one in buttons(page) if one["action_id"].endswith("_contact")]
    assert values == [str(person.id)] * 2
    assert NOT_FOUND in words(await press(rig, "home_search", value="Nobody"))


async def test_health_is_plain_for_agents_and_exact_for_admins(rig: Rig) -> None:
    await opened(rig, SAM)
    await opened(rig)
    plain, exact = await tab(rig, "health", SAM), await tab(rig, "health")
    assert "Texts leave and appear late." in words(plain)
    assert "Start a worker." not in words(plain)
    assert "Start a worker." in words(exact)
    assert words(exact).index("workers") < words(exact).index("mongodb")


async def test_somebody_who_left_the_group_loses_their_page(rig: Rig) -> None:
    assert buttons(await opened(rig, SAM))
    person = Person(SAM, TEAM, "Sam", None, False, False, False, False, role="none")
    agents.learn(person, rig.clock.now())
    assert NOT_FOR_YOU in words(await tab(rig, "failed", SAM))


async def test_a_page_that_is_too_large_says_so(rig: Rig) -> None:
    talk(rig, 1, assignedTo=AGENT)
    error = {"ok": False, "error": "view_too_large"}
    await rig.fault("views.publish", "answer", status=200, body=error)
    assert TOO_MUCH in words(await opened(rig))


async def publish_fails(rig: Rig, code: str) -> None:
    await opened(rig)
    body = {"ok": False, "error": code}
    await rig.fault("views.publish", "answer", status=200, body=body)
    await press(rig, "home_tab_failed")


async def test_where_the_home_is_not_enabled_nothing_is_tried_again(rig: Rig) -> None:
    await publish_fails(rig, "not_enabled")
    assert Home.objects.count() == 0


@pytest.mark.parametrize("code", ["hash_conflict", "internal_error"])
async def test_a_page_that_could_not_be_shown_is_due_again(rig: Rig, code: str) -> None:
    if code == "internal_error":
        await opened(rig)
        body = {"ok": False, "error": code}
        await rig.fault("views.publish", "answer", status=200, body=body, times=2)
        await press(rig, "home_tab_failed")
    else:
        await publish_fails(rig, code)
    home = Home.objects.get()
    assert home.due_at
    assert (home.lease_id, home.digest) == (None, None)
    assert current(await shown(rig)) == "mine"


async def test_where_they_were_is_where_they_come_back(rig: Rig) -> None:
    await opened(rig)
    await tab(rig, "templates")
    assert current(await opened(rig)) == "templates"
    assert Home.objects.get().digest


def test_the_messages_tab_is_none_of_ours(db: object, clock: FakeClock, serve: Serve) -> None:
    office = Office(serve(product(clock)), clock)
    event = {"type": "app_home_opened", "user": AGENT, "tab": "messages"}
    assert office.event(event).status_code == 200
    assert Home.objects.count() == 0
