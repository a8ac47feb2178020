"""Consent by forms and buttons: what was ticked, shown and heard goes into the ledger, once."""

from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import blocked, forms, members, memory, zones
from bot.desk import Desk
from bot.reading import Json, part, team_of, word
from bot.views import consent as form
from bot.views.parts import View
from domain.errors import FieldError, InvalidInput
from domain.model import Agent, Author, Thread
from domain.rules.consent.wording import Wording
from domain.services import channels, wordings
from domain.services.desk import agreements, meant
from domain.services.desk.agreements import NO_PROOF, NO_WAY, Yes
from domain.services.operation import audit
from domain.services.people import contacts

RECORD = "record_consent"
Answer = dict[str, Any]
UNTICKED = "Tick what they agreed to, or leave the fields below empty."
STOPPED = "Recorded."
CALLED_BACK = {0: "Nothing waited to leave.", 1: "One text that waited was called back."}
MANY_CALLED_BACK = "{count} texts that waited were called back."


def register(app: AsyncApp, desk: Desk) -> None:
    """Each by the name of its action or callback."""

    @app.action(RECORD)
    async def record_consent(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        agent = await members.acting(desk, body)
        view = await desk.hop(lambda: opened(forms.pressed(body), agent, desk))
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    @app.view(form.FORM)
    async def recorded(ack: AsyncAck, body: dict[str, Any]) -> None:
        agent = await members.acting(desk, body)
        await ack(**await desk.hop(lambda: submit(body, agent, desk)))


def opened(value: str, agent: Agent, desk: Desk, news: str = "") -> View:
    """The form for the number of a conversation or a contact, or for a number that we know."""
    thread, phone = meant.thread(value), meant.number(value)
    known = agreements.known(phone, desk.policy)
    shown = wordings.current(desk.policy, desk.clock.now())
    about = {"phone": phone, "about": value, "blocks": blocked.kept(known)}
    return form.consent(
        known,
        _name(thread, phone),
        shown,
        desk.policy.business_name,
        zones.of(agent),
        memory.kept(**about, **offered(shown, desk)),
        news,
    )


def offered(shown: Wording, desk: Desk) -> dict[str, str]:
    """What a form remembers of the sentence in it, as it may be another one by then."""
    return {"wording": shown.version, "business": desk.policy.business_name}


def submit(body: Json, agent: Agent, desk: Desk) -> Answer:
    """Commit what the form says; how it is answered. InvalidInput for what is missing."""
    found = faults(body)
    if found:
        raise InvalidInput(found[0].message, fields=found)
    return record(body, meant.number(memory.recalled(body).get("phone", "")), agent, desk)


def said(body: Json) -> Yes | None:
    """The yes that a form tells of; None when it tells of none."""
    ticked = forms.ticked(body, form.CONSENT)
    evidence = forms.typed(body, form.EVIDENCE)
    if not ticked and not (evidence and _after_no(body)):
        return None
    level = forms.written(body, form.LEVEL) or form.EXPRESS
    return Yes(
        level=form.WRITTEN if form.WRITTEN in ticked else level,
        way=forms.written(body, form.WAY),
        note=forms.typed(body, form.NOTE),
        evidence=evidence,
        version=memory.recalled(body).get("wording") if ticked else None,
        business=memory.recalled(body).get("business"),
    )


def faults(body: Json) -> tuple[FieldError, ...]:
    """What keeps a form's consent part from being recorded."""
    way, evidence = forms.written(body, form.WAY), forms.typed(body, form.EVIDENCE)
    anything = any((way, evidence, forms.typed(body, form.NOTE)))
    found = []
    if _after_no(body):
        found += [FieldError(form.EVIDENCE, NO_PROOF)] if anything and not evidence else []
    elif anything and not forms.ticked(body, form.CONSENT):
        return (FieldError(form.CONSENT, UNTICKED),)
    if said(body) and not way:
        found.append(FieldError(form.WAY, NO_WAY))
    return tuple(found)


def record(body: Json, phone: str, agent: Agent, desk: Desk) -> Answer:
    """Into the ledger, once per form, number and level; nothing when the form tells of no yes.

    How the form is answered: after a block was lifted, with what the customer is to be asked.
    """
    yes, now, author = said(body), desk.clock.now(), members.author(agent)
    if yes is None:
        return {}
    origin = f"{origin_of(body)}/{phone}/{yes.level}"
    if _after_no(body):
        seen = blocked.recalled(body)
        agreements.lift(origin, phone, yes, author, now, seen, desk.policy)
        _note(phone, "lift", author, now)
        told = desk.policy.consent.tells
        return {} if told else {"response_action": "update", "view": form.lifted()}
    agreements.agree(origin, phone, yes, author, now, desk.policy)
    _note(phone, str(yes.level), author, now)
    return {}


def stop(body: Json, agent: Agent, desk: Desk) -> str:
    """They asked to stop: recorded at once; what to say of it."""
    origin, phone = f"{origin_of(body)}/stop", meant.number(forms.pressed(body))
    by, now = members.author(agent), desk.clock.now()
    count = agreements.refuse(origin, phone, "", by, now)
    _note(phone, "opt_out", by, now)
    return f"{STOPPED} {CALLED_BACK.get(count) or MANY_CALLED_BACK.format(count=count)}"


def _note(phone: str, said: str, by: Author, now: datetime) -> None:
    """What was said stands in the ledger: here only that this agent wrote something there."""
    person = contacts.by_phone(phone)
    audit.record("consent.record", by, now, person.id if person else None, said=said)


def origin_of(body: Json) -> str:
    """The one name of what a form causes."""
    return f"slack:{team_of(body)}/view/{word(part(body, 'view'), 'id')}"


def _after_no(body: Json) -> bool:
    """Whether the form asked for proof, because the person had opted out when it was opened."""
    values = part(part(part(body, "view"), "state"), "values")
    return form.CONSENT not in values


def _name(thread: Thread | None, phone: str) -> str:
    if thread:
        return channels.person_of(thread)
    person = contacts.by_phone(phone)
    return person.name if person else phone
