"""What happens in a customer's channel and is no answer, as Slack tells of it: it leaves nobody."""

from typing import Any

import pytest

from bot.reading import Edited, Retracted, Written, read
from domain.model import Thread
from domain.services import agents
from tests.bot.events import (
    AGENT,
    CHANNEL,
    LATER,
    TEAM,
    TS,
    changed,
    deleted,
    edited,
    envelope,
    inner,
    our_post,
    typed,
)
from tests.bot.office import Office, answers, conversation, product
from tests.clock import FakeClock
from tests.conftest import Serve

Event = dict[str, Any]
ROOT = "1772650000.000100"
OTHER = "T0OTHERCORP"
OURS = {"bot_id": "B0THREADLINE", "app_id": "A0THREADLINE", "user": "U0THREADLINE"}
PROFILE = {"id": "B0STANDUP", "app_id": "A0STANDUP", "name": "Standup", "team_id": TEAM}
LINK = {"from_url": "https://www.example.com/", "title": "A page", "id": 1}


def notice(subtype: str, text: str, **more: Any) -> Event:
    """A line of Slack's own, in the name of whoever did it."""
    told = {"type": "message", "subtype": subtype, "user": AGENT, "text": text, "ts": TS}
    return told | {"channel": CHANNEL, "channel_type": "group", "event_ts": TS} | more


def without_before(event: Event) -> Event:
    return {name: value for name, value in event.items() if name != "previous_message"}


def replied(**more: Any) -> Event:
    """A counted reply: Slack leaves its subtype out over the Events API."""
    root = inner("Hi Jane", thread_ts=TS, reply_count=1, replies=[{"user": AGENT, "ts": LATER}])
    outer = {"channel": CHANNEL, "channel_type": "group", "ts": LATER, "event_ts": LATER}
    return {"type": "message", "message": root, "hidden": True} | outer | more


def huddle(**more: Any) -> Event:
    room = {"id": "R0HUDDLE", "created_by": AGENT, "participants": [AGENT], "has_ended": False}
    return notice("huddle_thread", "", room=room, no_notifications=True) | more


def ours(text: str = "Hello", **more: Any) -> Event:
    """A post of ours in the customer's name, as it stands inside another event."""
    whole = our_post(text=text) | {"username": "Jane Doe", "icons": {"emoji": ":speech_balloon:"}}
    return {name: value for name, value in whole.items() if name != "channel"} | more


def removal(before: Event) -> Event:
    return deleted() | {"previous_message": before}


SILENT: dict[str, Event] = {
    "an unfolded link": changed(inner("See", attachments=[LINK]), inner("See")),
    "an unfolded link of an edited message": changed(
        inner("See", attachments=[LINK], edited={"user": AGENT, "ts": LATER}),
        inner("See", edited={"user": AGENT, "ts": LATER}),
    ),
    "an unfolded link, told without what was before": without_before(
        changed(inner("See", attachments=[LINK]), {})
    ),
    "a pinned message": changed(inner(pinned_to=[CHANNEL], pinned_info={"x": 1}), inner()),
    "a starred message": changed(inner(is_starred=True), inner()),
    "a counted reply": replied(),
    "a counted reply with its subtype": replied(subtype="message_replied"),
    "a root that has replies now": changed(inner(thread_ts=TS, reply_count=1), inner()),
    "a reply": typed(thread_ts=ROOT),
    "a reply that is shown in the channel": typed(thread_ts=ROOT, subtype="thread_broadcast"),
    "a reply with a file": typed(thread_ts=ROOT, subtype="file_share", files=[{"id": "F1"}]),
    "somebody joined": notice("channel_join", f"<@{AGENT}> has joined the channel"),
    "somebody was invited": notice("group_join", "joined", inviter="U0SAM"),
    "somebody left": notice("channel_leave", f"<@{AGENT}> has left the channel"),
    "somebody left a private channel": notice("group_leave", "has left the group"),
    "a topic": notice("channel_topic", "set the channel topic: Jane", topic="Jane"),
    "a private channel's topic": notice("group_topic", "set the topic: Jane", topic="Jane"),
    "a purpose": notice("channel_purpose", "set the purpose", purpose="Texts"),
    "a name": notice("channel_name", "has renamed", old_name="sms-a", name="sms-b"),
    "a private channel's name": notice("group_name", "has renamed", old_name="a", name="b"),
    "an archived channel": notice("channel_archive", "archived", members=[AGENT]),
    "a channel brought back": notice("group_unarchive", "unarchived"),
    "a pin": notice("pinned_item", "pinned a message", item_type="C", item=inner()),
    "a reminder": notice("reminder_add", "set up a reminder to call Jane"),
    "a /me message": notice("me_message", "is looking into it"),
    "Slackbot's answer": notice("slackbot_response", "Lunch is at noon", user="USLACKBOT"),
    "Slackbot without a subtype": typed("Reminder: call Jane", user="USLACKBOT"),
    "an app's post": typed("Standup!", bot_id="B0STANDUP", app_id="A0STANDUP", bot_profile=PROFILE),
    "an app's post of the old kind": our_post(bot_id="B0STANDUP", app_id="A0STANDUP"),
    "a workflow's post": typed("Step 1", bot_id="B0FLOW", subtype="bot_message", workflow_id="Wf1"),
    "an app in a person's name": typed("By a program", app_id="A0ZAP"),
    "a bot was added": notice("bot_add", "added an integration", bot_id="B0STANDUP"),
    "a huddle": huddle(),
    "a huddle that ended": changed(
        huddle(room={"id": "R0HUDDLE", "has_ended": True}, text="A huddle happened"), huddle()
    ),
    "a huddle's room": notice("sh_room_created", "started a huddle", room={"id": "R1"}),
    "a text of ours": our_post(),
    "a text of ours without a subtype": typed(**OURS, username="Jane Doe"),
    "a text of ours, changed": changed(ours("New"), ours()),
    "a text of ours, changed, under a name of its own alone": changed(
        {"type": "message", "text": "New", "ts": TS, "username": "Jane", "bot_id": "B0THREADLINE"},
        {"type": "message", "text": "Old", "ts": TS, "username": "Jane", "bot_id": "B0THREADLINE"},
    ),
    "a text of ours, changed, without what was before": without_before(changed(ours("New"), {})),
    "a text of ours, deleted": removal(ours()),
    "an app's post, changed": changed(
        inner("New", bot_id="B0STANDUP"), inner("Old", bot_id="B0STANDUP")
    ),
    "an app's post, deleted": removal(inner(bot_id="B0STANDUP")),
    "a topic, deleted": removal(inner(subtype="channel_topic")),
    "a /me message, changed": changed(
        inner("New", subtype="me_message"), inner("Old", subtype="me_message")
    ),
    "what the law hides": notice("ekm_access_denied", "denied"),
    "what was there before an upgrade": notice("channel_convert_to_private", "made private"),
    "a canvas": notice("document_mention", "mentioned you in a canvas"),
    "a list": notice("list_record_comment", "commented"),
    "an assistant's thread": notice("assistant_app_thread", "New chat"),
    "who may post": notice("channel_posting_permissions", "changed who may post"),
    "something new": notice("something_new_in_2031", "says nothing to us"),
    "a subtype that is no word": typed(subtype={"kind": "odd"}, user=None),
    "an edited reply": edited("New", thread_ts=ROOT),
    "a deleted reply": deleted(thread_ts=ROOT),
    "another channel": typed(channel="C0LUNCH"),
}
REFUSED: dict[str, Event] = {
    "somebody of another organisation": typed(
        user="U0STRANGER", team=OTHER, user_team=OTHER, source_team=OTHER
    ),
    "a file of somebody of another organisation": typed(
        user="U0STRANGER", user_team=OTHER, subtype="file_share", files=[{"id": "F1"}]
    ),
    "an edit by somebody of another organisation": changed(
        inner("New", user="U0STRANGER", user_team=OTHER, edited={"ts": LATER}),
        inner("Old", user="U0STRANGER", user_team=OTHER),
    ),
}
ENVELOPES: dict[str, dict[str, Any]] = {
    "ours": {},
    "of a shared channel": {"is_ext_shared_channel": True, "context_team_id": TEAM},
    "in another's name": {
        "team_id": OTHER,
        "authorizations": [{"enterprise_id": None, "team_id": OTHER, "is_bot": True}],
    },
    "in nobody's name": {"authorizations": []},
}


@pytest.fixture
def office(db: object, clock: FakeClock, serve: Serve) -> Office:
    """The product, with a conversation whose channel is known to be our workspace's."""
    made = conversation(clock)
    Thread.objects(id=made.id).update_one(set__channel__team_id=TEAM)
    return Office(serve(product(clock)), clock)


def delivered(office: Office, events: dict[str, Event], **changes: Any) -> None:
    for name, event in events.items():
        assert office.event(event, **changes).status_code == 200, name


def test_what_is_no_answer_makes_no_text(office: Office) -> None:
    delivered(office, SILENT, **ENVELOPES["in another's name"])
    assert [answer.body for answer in answers()] == []


@pytest.mark.parametrize("whose", ["of a shared channel", "in another's name"])
def test_what_others_write_is_refused(office: Office, whose: str) -> None:
    for event in REFUSED.values():
        office.event(event, **ENVELOPES[whose])
        assert {answer.status for answer in answers()} == {"refused"}
    stranger = agents.known("U0STRANGER")
    assert stranger
    assert not stranger.may_send


@pytest.mark.parametrize("changes", ENVELOPES.values(), ids=ENVELOPES)
def test_what_our_agent_writes_is_one_answer_in_whosever_name_it_is_told(
    office: Office, changes: dict[str, Any]
) -> None:
    office.event(typed("Se you"), **changes)
    office.event(typed("Se you"))
    office.event(edited("See you"), **changes)
    (answer,) = answers()
    assert (answer.body, answer.status) == ("See you", "held")
    assert answer.origin == f"slack:{TEAM}/{CHANNEL}/{TS}"
    office.event(deleted(), **changes)
    assert [answer.status for answer in answers()] == ["canceled"]


@pytest.mark.parametrize("event", SILENT.values(), ids=SILENT)
def test_each_by_itself_is_read_as_nothing_or_as_news_of_a_note(event: Event) -> None:
    found = read(envelope(event), {}, TEAM)
    if event.get("channel") == CHANNEL and found:
        assert isinstance(found, Edited | Retracted)
        assert found.note
    assert event.get("channel") != CHANNEL or not isinstance(found, Written)


def test_a_member_of_another_workspace_is_foreign_by_where_we_are_installed() -> None:
    granted = {"team_id": OTHER, "authorizations": [{"team_id": OTHER}]}
    theirs = read(envelope(typed(user="U0STRANGER", team=OTHER), **granted), {}, TEAM)
    own = read(envelope(typed(), **granted), {}, TEAM)
    assert isinstance(theirs, Written)
    assert isinstance(own, Written)
    assert (theirs.said.foreign, own.said.foreign) == (True, False)
    assert (theirs.said.team_id, own.said.team_id) == (OTHER, TEAM)
