"""The test bench by a form that is made anew while somebody types: nothing comes of it."""

import re
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from bson import ObjectId
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import forms
from bot.desk import Desk
from bot.listeners.texts import shown_anew
from bot.members import acting
from bot.reading import Json, part, word
from bot.views import replies as page
from bot.views import trial as form
from bot.views.parts import View
from bot.views.template import SAMPLE
from bot.views.trial import Trial
from domain.errors import InvalidInput
from domain.model import Thread
from domain.rules import zones
from domain.services.automation import arbiter, hours
from domain.services.people import contacts

LIVE = re.compile(f"{SAMPLE}|{form.TEXT}|{form.DATE}|{form.TIME}")


def register(app: AsyncApp, desk: Desk) -> None:
    """The button above the rules, and the fields behind it."""

    @app.action(page.TRY)
    async def asked(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await acting(desk, body)
        view = await desk.hop(lambda: shown(Trial(), desk))
        await client.views_open(trigger_id=word(body, "trigger_id"), view=view)
        await ack()

    @app.action(LIVE, matchers=[_of_ours])
    async def typed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await acting(desk, body)
        view = await desk.hop(lambda: shown(read(body), desk))
        await ack()
        await shown_anew(client, part(body, "view"), view)

    @app.view(form.FORM)
    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        await acting(desk, body)
        view = await desk.hop(lambda: shown(read(body), desk))
        await ack(response_action="update", view=view)


def read(body: Json) -> Trial:
    """What is in the form."""
    text, value = forms.option_of(body, SAMPLE)
    return Trial(
        (text, value) if value else None,
        forms.typed(body, form.TEXT),
        forms.written(body, form.DATE) or None,
        forms.written(body, form.TIME) or None,
    )


def shown(trial: Trial, desk: Desk) -> View:
    """The form as it stands, with what would answer that text then."""
    zone = hours.business_hours(desk.policy).timezone
    return form.form(_tried(trial, zone, desk), zone)


def _tried(trial: Trial, zone: str, desk: Desk) -> Trial:
    if trial.sample is None or not trial.text.strip():
        return trial
    thread = _talk(trial.sample[1])
    if thread is None:
        return replace(trial, reason=form.NO_TALK)
    now = desk.clock.now()
    try:
        at = _moment(trial, zone, now)
        ruling = arbiter.tried(thread, trial.text, at, now, desk.policy)
    except InvalidInput as error:
        return replace(trial, reason=error.message)
    except (ValueError, OverflowError):  # a day that no clock there shows
        return replace(trial, reason=arbiter.TOO_FAR)
    return replace(trial, answer=ruling.body, reason=ruling.reason)


def _talk(contact_id: str) -> Thread | None:
    """The latest conversation with that contact."""
    contact = contacts.find(ObjectId(contact_id)) if ObjectId.is_valid(contact_id) else None
    if contact is None:
        return None
    found: Thread | None = (
        Thread.objects(contact_id=contact.id).order_by("-last_message_at", "-id").first()
    )
    return found


def _moment(trial: Trial, zone: str, now: datetime) -> datetime:
    """When it comes: that day and time of the business's clock, now where nothing is said."""
    here = zones.local(now, zone)
    if not (trial.date or trial.time):
        return now
    day = date.fromisoformat(trial.date) if trial.date else here.date()
    clock = time.fromisoformat(trial.time) if trial.time else here.time()
    return zones.moment(day, clock, zone).at


async def _of_ours(body: dict[str, Any]) -> bool:
    """Other forms have fields of the same names."""
    return word(part(body, "view"), "callback_id") == form.FORM
