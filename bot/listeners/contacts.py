"""Contacts by forms: made, shown, changed; their consent along with it."""

from typing import Any

from bson import ObjectId
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import blocked, forms, members, memory, people, zones
from bot.desk import Desk
from bot.listeners import consents
from bot.listeners.consents import Answer
from bot.reading import Json, part, team_of, word
from bot.views import consent as consent_form
from bot.views import contact as form
from bot.views.contact import Office
from bot.views.parts import View
from domain.errors import Conflict, FieldError
from domain.model import Agent, Contact, Thread
from domain.services import wordings
from domain.services.desk import agreements
from domain.services.people import contacts, faults, profiles

EDIT = "edit_contact"
ASSIGNED, TIMEZONE = "assignedAgent", "timezone"
NO_AGENT = "This person cannot answer customers: choose an agent."


def register(app: AsyncApp, desk: Desk) -> None:
    """Each by the name of its action or callback."""

    async def opened(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        agent = await members.acting(desk, body)
        view = await desk.hop(lambda: show(forms.pressed(body), agent, desk))
        await present(client, body, view)
        await ack()

    app.action(EDIT)(opened)
    app.action(form.OPEN)(opened)

    @app.view(form.NEW)
    async def made(ack: AsyncAck, body: dict[str, Any]) -> None:
        agent = await members.acting(desk, body)
        wrong = await _colleague(desk, body)
        await ack(**await desk.hop(lambda: create(body, agent, desk, *wrong)))

    @app.view(form.EDIT)
    async def changed(ack: AsyncAck, body: dict[str, Any]) -> None:
        agent = await members.acting(desk, body)
        wrong = await _colleague(desk, body)
        await ack(**await desk.hop(lambda: change(body, agent, desk, *wrong)))

    @app.action(consent_form.STOP)
    async def stopped(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        agent = await members.acting(desk, body)
        view = await desk.hop(lambda: stop(body, agent, desk))
        await client.views_update(view_id=word(part(body, "view"), "id"), view=view)
        await ack()

    @app.options(TIMEZONE)
    async def suggested(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack(options=form.zones(zones.like(word(body, "value"))))


def office(agent: Agent, desk: Desk) -> Office:
    """What every form shows, for that agent."""
    shown = wordings.current(desk.policy, desk.clock.now())
    return Office(desk.policy.business_name, shown, zones.of(agent))


def blank(agent: Agent, desk: Desk, **known: str) -> View:
    """The form for a new contact; `known` is its name, last name and phone as far as said."""
    shown = office(agent, desk)
    remember = memory.kept(**consents.offered(shown.wording, desk))
    return form.create(shown, remember, **known)


def show(value: str, agent: Agent, desk: Desk, news: str = "") -> View:
    """A contact's form, by their id or a conversation's; one who was deleted can be made anew."""
    thread = Thread.objects(id=value).first() if ObjectId.is_valid(value) else None
    if thread and not contacts.find(thread.contact_id):
        return blank(agent, desk, phone=thread.phone)
    person = contacts.get(thread.contact_id if thread else value)
    known = agreements.known(person.phone, desk.policy)
    shown, about = office(agent, desk), {"contact": str(person.id), "blocks": blocked.kept(known)}
    remember = memory.kept(**about, **consents.offered(shown.wording, desk))
    return form.edit(shown, person, known, remember, news)


def create(body: Json, agent: Agent, desk: Desk, *wrong: FieldError) -> Answer:
    """Commit a new contact, once per form; how the form is answered."""
    said, now = people.described(body), desk.clock.now()
    faults.check(said, None, desk.policy.region, *wrong, *consents.faults(body))
    if consents.said(body):  # nothing is stored yet where a ticked box is not enough
        agreements.allowed(
            contacts.readable(forms.typed(body, "phone"), desk.policy.region), desk.policy
        )
    try:
        author = members.author(agent)
        made = profiles.create(said, consents.origin_of(body), now, desk.policy, author)
    except Conflict as conflict:
        return _taken(conflict)
    return consents.record(body, made.phone, agent, desk)


def change(body: Json, agent: Agent, desk: Desk, *wrong: FieldError) -> Answer:
    """Commit what this person changed, and nothing else; how the form is answered."""
    person = contacts.get(memory.recalled(body).get("contact"))
    said = people.changed(body)
    faults.check(said, person, desk.policy.region, *wrong, *consents.faults(body))
    try:
        after = _changed(person, said, agent, desk)
    except Conflict as conflict:
        return _taken(conflict)
    return consents.record(body, after.phone, agent, desk)


def stop(body: Json, agent: Agent, desk: Desk) -> View:
    """They asked to stop: recorded at once; the form as it is afterwards."""
    news = consents.stop(body, agent, desk)
    remembered = memory.recalled(body)
    if word(part(body, "view"), "callback_id") == form.EDIT:
        return show(remembered.get("contact", ""), agent, desk, news)
    return consents.opened(remembered.get("about", ""), agent, desk, news)


async def present(client: AsyncWebClient, body: Json, view: View) -> None:
    """Open it, over the form that the click was in if there was one, or in the place of a hint."""
    over, trigger = part(body, "view"), word(body, "trigger_id")
    if word(over, "callback_id") == form.TAKEN:
        await client.views_update(view_id=word(over, "id"), view=view)
    elif over.get("type") == "modal":
        await client.views_push(trigger_id=trigger, view=view)
    else:
        await client.views_open(trigger_id=trigger, view=view)


def _changed(person: Contact, said: profiles.Profile, agent: Agent, desk: Desk) -> Contact:
    """As it is when nothing was said: opening and sending a form is no change."""
    if said == profiles.Profile():
        return person
    author = members.author(agent)
    return profiles.change(person.id, said, desk.clock.now(), desk.policy, author)


def _taken(conflict: Conflict) -> Answer:
    """Somebody has the number: who it is, over the form, which stays as it was filled in."""
    other = contacts.find(conflict.conflict_id) if conflict.conflict_id else None
    if other is None:
        raise conflict
    return {"response_action": "push", "view": form.taken(conflict.message, other)}


async def _colleague(desk: Desk, body: Json) -> tuple[FieldError, ...]:
    """Somebody chosen for a contact is looked up first; what is wrong with the choice."""
    chosen = forms.written(body, ASSIGNED)
    if not chosen or not people.differs(body, ASSIGNED):
        return ()
    about = {"user": {"id": chosen}, "team": {"id": team_of(body)}}
    found = await members.recognised(desk, about)
    return () if found.may_send else (FieldError(ASSIGNED, NO_AGENT),)
