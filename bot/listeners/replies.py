"""Rules by a form, and the buttons beside them; only admins change them."""

from datetime import datetime
from typing import Any

from bson import ObjectId
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import forms
from bot.desk import Desk
from bot.listeners import home
from bot.members import administering, author
from bot.reading import Json, part, team_of, word
from bot.views import replies as form
from bot.views.parts import View
from bot.views.replies import ANYTIME, CLOSED, OPEN, Draft
from domain.model import Author, AutoReply
from domain.rules.replying.autoreply import Match
from domain.services.automation import replies
from domain.services.automation.replies import FAR, Wish
from domain.services.operation import audit
from domain.services.people.fields import wrong

DURING = {ANYTIME: None, OPEN: True, CLOSED: False}
SAVED = "autoreply.save"


def register(app: AsyncApp, desk: Desk) -> None:
    """The form behind `New rule` and `Edit`, the switch, the end of a rule."""

    @app.action(form.NEW)
    @app.action(form.EDIT)
    async def asked(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await administering(desk, body)
        view = await desk.hop(lambda: opened(forms.pressed(body)))
        await client.views_open(trigger_id=word(body, "trigger_id"), view=view)
        await ack()

    @app.view(form.FORM)
    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        admin = await administering(desk, body)
        await desk.hop(lambda: keep(body, author(admin), desk))
        await ack()
        await home.show(desk, body)

    @app.action(form.DISABLE)
    @app.action(form.ENABLE)
    async def switched(ack: AsyncAck, body: dict[str, Any]) -> None:
        await administering(desk, body)
        on, now = forms.used(body) == form.ENABLE, desk.clock.now()
        await home.act(desk, body, lambda key, agent: switch(key, on, author(agent), now))
        await ack()

    @app.action(form.DELETE)
    async def deleted(ack: AsyncAck, body: dict[str, Any]) -> None:
        await administering(desk, body)
        now = desk.clock.now()
        await home.act(desk, body, lambda key, agent: removed(key, author(agent), now))
        await ack()


def opened(key: str) -> View:
    """The empty form, or that of the rule beside which the button was."""
    return form.form(_draft(replies.get(key)) if ObjectId.is_valid(key) else Draft())


def keep(body: Json, by: Author, desk: Desk) -> AutoReply:
    """Commit it; InvalidInput or Conflict about a field of the form.

    A form that is submitted twice makes one rule.
    """
    own, now = forms.remembered(body), desk.clock.now()
    if not own:
        origin = f"slack:{team_of(body)}/view/{word(part(body, 'view'), 'id')}"
        made = replies.create(_wish(body, enabled=True), now, desk.policy, origin)
        audit.record(SAVED, by, now, made.id)
        return made
    before = replies.get(own)
    with audit.noted(SAVED, by, now, own):
        return replies.change(own, _wish(body, enabled=before.enabled), now, desk.policy)


def switch(own: str, on: bool, by: Author, now: datetime) -> None:
    """It answers from now on, or no more."""
    with audit.noted(SAVED, by, now, own, enabled=on):
        replies.switch(own, on, now)


def removed(own: str, by: Author, now: datetime) -> None:
    """It is gone."""
    with audit.noted("autoreply.delete", by, now, own):
        replies.remove(own)


def _wish(body: Json, *, enabled: bool) -> Wish:
    return Wish(
        name=forms.typed(body, form.NAME),
        keywords=forms.typed(body, form.KEYWORDS).split(","),
        body=forms.typed(body, form.BODY),
        match=Match(forms.written(body, form.MATCH)),
        enabled=enabled,
        during_hours=DURING[forms.written(body, form.WHEN)],
        priority=_number(forms.typed(body, form.PRIORITY)),
    )


def _number(written: str) -> int:
    digits = written.strip().removeprefix("-").removeprefix("−")
    if not (digits.isascii() and digits.isdecimal()):
        raise wrong(form.PRIORITY, FAR)
    return int(digits) if digits == written.strip() else -int(digits)


def _draft(one: AutoReply) -> Draft:
    during = {value: name for name, value in DURING.items()}
    return Draft(
        str(one.id),
        one.name,
        ", ".join(one.keywords),
        one.match,
        one.body,
        during[one.during_hours],
        str(one.priority),
    )
