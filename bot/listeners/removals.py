"""Contacts that go: deleted or erased by an admin, or made one with another."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import forms, members, memory
from bot.desk import Desk
from bot.listeners.contacts import present
from bot.reading import Json
from bot.views import deletion, merge
from bot.views.contact import DELETE, MERGE
from bot.views.parts import View
from domain.errors import DomainError, FieldError, InvalidInput, NotFound
from domain.model import Author, Contact
from domain.rules import phone as phones
from domain.services import numbers
from domain.services.operation import audit
from domain.services.people import contacts, erasure, merging
from domain.services.people.deletion import delete

MISTYPED = "This is not their name or number: nothing was erased."
NOBODY = "No contact has this number: choose one from the list."
UPDATE = "update"


def register(app: AsyncApp, desk: Desk) -> None:
    """Each by the name of its action or callback."""

    @app.action(DELETE)
    async def leaving(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await members.administering(desk, body)
        await present(client, body, await desk.hop(lambda: question(forms.pressed(body), desk)))
        await ack()

    @app.view(deletion.FORM)
    async def left(ack: AsyncAck, body: dict[str, Any]) -> None:
        admin = await members.administering(desk, body)
        view = await desk.hop(lambda: remove(body, members.author(admin), desk))
        await ack(response_action=UPDATE, view=view)

    @app.action(MERGE)
    async def merging_(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await members.acting(desk, body)
        await present(client, body, await desk.hop(lambda: other(forms.pressed(body))))
        await ack()

    @app.view(merge.CHOOSE)
    async def chosen(ack: AsyncAck, body: dict[str, Any]) -> None:
        await members.acting(desk, body)
        await ack(response_action=UPDATE, view=await desk.hop(lambda: foresee(body, desk)))

    @app.view(merge.FORM)
    async def merged(ack: AsyncAck, body: dict[str, Any]) -> None:
        agent = await members.acting(desk, body)
        kept = await desk.hop(lambda: join(body, members.author(agent), desk))
        await ack(response_action=UPDATE, view=merge.done(kept))


def question(contact_id: str, desk: Desk) -> View:
    """What stays, and the choice."""
    person = contacts.get(contact_id)
    blocked = numbers.judged(person.phone, desk.policy.secret).blocked
    remember = memory.kept(contact=str(person.id), name=person.name)
    return deletion.deletion(person.name, person.phone, blocked, remember)


def remove(body: Json, author: Author, desk: Desk) -> View:
    """Delete, or erase what was confirmed by typing; safe to repeat after a break."""
    remembered = memory.recalled(body)
    own, name = remembered.get("contact", ""), remembered.get("name", "")
    erased = forms.written(body, deletion.SCOPE) == deletion.ERASE
    person = contacts.find(own)
    if person is None:  # an earlier try of the same form did it
        return deletion.done(name, erased)
    if erased and not _names(person, forms.typed(body, deletion.TYPED), desk):
        raise InvalidInput(MISTYPED, fields=(FieldError(deletion.TYPED, MISTYPED),))
    now = desk.clock.now()
    try:
        with audit.noted("contact.delete", author, now, own, eraseMessages=erased):
            if erased:
                erasure.erase(own, now, desk.policy, desk.files)
            else:
                delete(own, now)
    except NotFound:
        return deletion.done(name, erased)
    return deletion.done(name, erased)


def other(contact_id: str) -> View:
    """Who is to become part of that contact."""
    person = contacts.get(contact_id)
    return merge.choose(person.name, memory.kept(keep=str(person.id)))


def foresee(body: Json, desk: Desk) -> View:
    """What will be; errors are told below the choice."""
    keep, gone = memory.recalled(body).get("keep", ""), _chosen(body)
    try:
        kept, part_of_it = merging.foreseen(keep, gone, desk.clock.now())
    except DomainError as error:
        error.fields = (FieldError(merge.CONTACT, error.message),)
        raise
    both = [*kept.phones, *part_of_it.phones]
    blocked = any(numbers.judged(one, desk.policy.secret).blocked for one in both)
    return merge.preview(kept, part_of_it, blocked, memory.kept(keep=keep, gone=gone))


def join(body: Json, author: Author, desk: Desk) -> Contact:
    """The kept contact; what was done by an earlier try of the same form is done."""
    remembered = memory.recalled(body)
    keep, gone = remembered.get("keep", ""), remembered.get("gone", "")
    into = contacts.find(gone)
    if into and str(into.id) == keep:
        return into
    now = desk.clock.now()
    with audit.noted("contact.merge", author, now, keep, mergeId=gone):
        return merging.merge(keep, gone, author, now)


def _chosen(body: Json) -> str:
    """The contact that was chosen, by their id or one of their numbers."""
    chosen = forms.written(body, merge.CONTACT)
    if not phones.is_phone(chosen):
        return chosen
    person = contacts.by_phone(chosen)
    if person is None:
        raise InvalidInput(NOBODY, fields=(FieldError(merge.CONTACT, NOBODY),))
    return str(person.id)


def _names(person: Contact, typed: str, desk: Desk) -> bool:
    """Whether that is what they are called, or a number of theirs."""
    if " ".join(typed.split()).casefold() == " ".join(person.name.split()).casefold():
        return bool(typed)
    try:
        return phones.parse(typed, desk.policy.region) in person.phones
    except phones.InvalidPhone:
        return False
