"""What agents do with a conversation by its card: take it, pass it on, close it, let it rest."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot import forms, members, memory, zones
from bot.blocks import posts
from bot.desk import Desk
from bot.reading import Json, part, team_of, word
from bot.views import snooze as form
from bot.views.parts import View
from domain.errors import Conflict, FieldError, InvalidInput
from domain.model import Agent, Thread
from domain.rules import snoozing
from domain.services import agents, channels, threads
from domain.services.desk import claiming, conversations
from domain.values import Button, Place

TAKE, TAKE_OVER, ASSIGN = "assign_me", "take_over", "assign"
CLOSE, REOPEN, SNOOZE, MODE = "close_thread", "reopen_thread", "snooze", "reply_mode"
YOURS = "This conversation is yours now."
TAKEN_HELP = "Take it over if you have agreed on that."
GIVEN = "This conversation is {name}'s now."
NOBODYS = "This conversation is nobody's now: the first who answers takes it."
CLOSED = "Closed. A new text opens it again."
OPENED = "This conversation is open again."
RESTS = "Snoozed until {moment}. A new text opens it sooner."
MODES = {
    "send": "From now on, what is written in this channel leaves as a text.",
    "internal": (
        "From now on, what is written in this channel stays among colleagues. To answer, use "
        "the “Send” shortcut of a message."
    ),
}
BOTH = "Choose a day and a time."
NO_CHOICE = "Choose until when it is to rest."
LONGEST_ASIDE = 1.5
"""Seconds for telling, once the deed is done: Slack waits three for everything."""


@dataclass(frozen=True)
class Said:
    """What only the person who clicked reads, with what they may do next."""

    text: str
    buttons: tuple[Button, ...] = ()


def register(app: AsyncApp, desk: Desk) -> None:
    """Each by the name of its action or callback."""
    deeds: dict[str, Callable[[str, Agent, Desk], Said]] = {
        TAKE: take,
        TAKE_OVER: take_over,
        CLOSE: close,
        REOPEN: reopen,
        MODE: switch,
    }

    async def done(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        agent = await members.acting(desk, body)
        deed, thread_id = deeds[forms.used(body)], forms.pressed(body)
        told = await desk.hop(lambda: deed(thread_id, agent, desk))
        await ack()
        await _say(body, respond, told)

    views = {ASSIGN: passing, SNOOZE: resting}

    async def opened(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        agent = await members.acting(desk, body)
        build = views[forms.used(body)]
        view = await desk.hop(lambda: build(body, agent, desk))
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    for action in deeds:
        app.action(action)(done)
    for action in views:
        app.action(action)(opened)

    @app.view(form.FORM)
    async def snoozed(ack: AsyncAck, body: dict[str, Any]) -> None:
        agent = await members.acting(desk, body)
        told = await desk.hop(lambda: snooze(body, agent, desk))
        await ack()
        await _aside(desk, body, told)

    @app.view(form.ASSIGN_FORM)
    async def assigned(ack: AsyncAck, body: dict[str, Any]) -> None:
        agent = await members.acting(desk, body)
        if chosen := forms.written(body, form.AGENT):  # looked up, if nobody knows them yet
            about = {"user": {"id": chosen}, "team": {"id": team_of(body)}}
            await members.recognised(desk, about)
        told = await desk.hop(lambda: assign(body, agent, desk))
        await ack()
        await _aside(desk, body, told)


def take(thread_id: str, agent: Agent, desk: Desk) -> Said:
    """Have it, if nobody does; else hear who was faster."""
    try:
        claiming.claim(thread_id, agent, members.author(agent), desk.clock.now())
    except Conflict as conflict:
        if not threads.get(thread_id).assigned_to:
            raise
        over = Button("Take it over", TAKE_OVER, thread_id)
        return Said(f"{conflict.message} {TAKEN_HELP}", (over,))
    return Said(YOURS, (_pass_on(thread_id),))


def take_over(thread_id: str, agent: Agent, desk: Desk) -> Said:
    """Have it, whoever had it before."""
    author = members.author(agent)
    conversations.assign(thread_id, agent.user_id, author, desk.clock.now())
    return Said(YOURS, (_pass_on(thread_id),))


def close(thread_id: str, agent: Agent, desk: Desk) -> Said:
    """Done with, until the customer writes again."""
    _set(thread_id, "closed", agent, desk)
    return Said(CLOSED, (Button("Open it again", REOPEN, thread_id),))


def reopen(thread_id: str, agent: Agent, desk: Desk) -> Said:
    """Going on."""
    _set(thread_id, "open", agent, desk)
    return Said(OPENED)


def switch(thread_id: str, agent: Agent, desk: Desk) -> Said:
    """The other mode, and what it means."""
    now = desk.clock.now()
    after = conversations.toggle_mode(thread_id, members.author(agent), now)
    return Said(MODES[after.reply_mode])


def passing(body: Json, _agent: Agent, _desk: Desk) -> View:
    """The form in which somebody is chosen."""
    thread = threads.get(forms.pressed(body))
    return form.assign(channels.person_of(thread), thread.assigned_to, _remember(body))


def resting(body: Json, agent: Agent, desk: Desk) -> View:
    """The form in which a moment is chosen."""
    person = channels.person_of(threads.get(forms.pressed(body)))
    return form.snooze(person, desk.clock.now(), zones.of(agent), _remember(body))


def assign(body: Json, agent: Agent, desk: Desk) -> Said:
    """Commit who was chosen; InvalidInput when they cannot answer."""
    thread_id, chosen = memory.recalled(body).get("thread", ""), forms.written(body, form.AGENT)
    author = members.author(agent)
    conversations.assign(thread_id, chosen or None, author, desk.clock.now())
    known = agents.known(chosen) if chosen else None
    return Said(GIVEN.format(name=known.name or chosen) if known else NOBODYS)


def snooze(body: Json, agent: Agent, desk: Desk) -> Said:
    """Commit the moment that was chosen; InvalidInput for what is past or missing."""
    zone, now = zones.of(agent), desk.clock.now()
    until = _until(body, now, zone)
    thread_id, author = memory.recalled(body).get("thread", ""), members.author(agent)
    try:
        conversations.set_status(thread_id, "snoozed", until, author, now)
    except InvalidInput as error:
        raise _wrong(form.DAY, error.message) from error
    opening = Button("Open it now", REOPEN, thread_id)
    return Said(RESTS.format(moment=snoozing.written(until, zone)), (opening,))


def _until(body: Json, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment that was chosen; what a form cannot say is InvalidInput, too."""
    choice = forms.written(body, form.CHOICE)
    day, clock = forms.written(body, form.DAY), forms.written(body, form.TIME)
    own = choice == snoozing.OWN
    if own and not (day and clock):
        raise _wrong(form.TIME if day else form.DAY, BOTH)
    try:
        return snoozing.at(day, clock, zone) if own else snoozing.moment(choice, now, zone)
    except ValueError as error:
        field, message = (form.DAY, BOTH) if own else (form.CHOICE, NO_CHOICE)
        raise _wrong(field, message) from error


def _set(thread_id: str, status: str, agent: Agent, desk: Desk) -> Thread:
    author = members.author(agent)
    return conversations.set_status(thread_id, status, None, author, desk.clock.now())


def _pass_on(thread_id: str) -> Button:
    return Button("Give it to a colleague…", ASSIGN, thread_id)


def _wrong(field: str, message: str) -> InvalidInput:
    return InvalidInput(message, fields=(FieldError(field, message),))


def _remember(body: Json) -> str:
    """Which conversation, and where the click was, so that its outcome is told there."""
    clicked = part(body, "container")
    channel = word(clicked, "channel_id")
    return memory.kept(thread=forms.pressed(body), channel=channel, ts=word(clicked, "thread_ts"))


async def _say(body: Json, respond: AsyncRespond, told: Said) -> None:
    """To the person who clicked; in the place of a remark of ours if the click was in one."""
    if not word(body, "response_url"):
        return  # the App Home shows the change by itself
    over = bool(part(body, "container").get("is_ephemeral"))
    blocks = posts.whisper(told.text, told.buttons)
    await respond(told.text, blocks=blocks, response_type="ephemeral", replace_original=over)


async def _aside(desk: Desk, body: Json, told: Said) -> None:
    """After a form: where its button was clicked."""
    remembered, user = memory.recalled(body), word(part(body, "user"), "id")
    if not remembered.get("channel") or desk.chats is None:
        return
    place = Place(remembered["channel"], remembered.get("ts"))
    chats, team = desk.chats, team_of(body)
    chat = await desk.hop(lambda: chats.of(team))
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_ASIDE * desk.patience):
            if chat:
                await chat.whisper(place, user, told.text, told.buttons)
