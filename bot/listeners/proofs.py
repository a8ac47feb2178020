"""The proof of a person's consent, written for an admin who asks for it."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import forms, members
from bot.desk import Desk
from bot.reading import word
from bot.views import proof as form
from bot.views.contact import PROOF
from bot.views.parts import View
from domain.errors import DomainError
from domain.model import Agent, Contact
from domain.services import proof
from domain.services.operation import audit
from domain.services.people import contacts

UNSET = "The proof needs files with addresses."
UNSET_HELP = "Ask whoever runs Threadline to set SECRET_KEY and BASE_URL."


def register(app: AsyncApp, desk: Desk) -> None:
    """The one button."""

    @app.action(PROOF)
    async def asked(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        agent = await members.administering(desk, body)
        person = await desk.hop(lambda: provable(forms.pressed(body), desk))
        # A history may be longer than the few seconds in which a view must have been opened.
        view, trigger = form.waiting(person.name), word(body, "trigger_id")
        opened = await client.views_push(trigger_id=trigger, view=view)
        ready = await desk.hop(lambda: written(person, agent, desk))
        await client.views_update(view_id=opened["view"]["id"], view=ready)
        await ack()


def provable(contact_id: str, desk: Desk) -> Contact:
    """Who it is about; NotFound, or NOT_CONFIGURED where no file can be fetched."""
    if desk.links is None or desk.files is None:
        raise DomainError(UNSET, code="NOT_CONFIGURED", help=UNSET_HELP)
    desk.links.check()
    return contacts.get(contact_id)


def written(person: Contact, agent: Agent, desk: Desk) -> View:
    """Both files, and the ways to them."""
    assert desk.files
    assert desk.links
    now, by, addresses = desk.clock.now(), f"{agent.name or agent.user_id} (Slack)", []
    audit.record("proof.export", members.author(agent), now, person.id)
    for kind in (proof.HTML, proof.JSON):
        stored = proof.export(desk.files, person.id, by, now, desk.policy, kind)
        addresses.append(desk.links.link(stored.id, now + proof.FETCHED_WITHIN))
    page, data = addresses
    return form.ready(person.name, page, data, now + proof.FETCHED_WITHIN)
