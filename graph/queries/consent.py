"""Questions about consent: what was said, and what follows from it."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import model
from domain.services import hindsight, wordings
from domain.services.consent import reading
from domain.services.consent.reading import LEDGER
from domain.services.hindsight import Asked
from domain.services.lists.pages import Window
from domain.services.people import contacts
from domain.services.people.fields import wrong
from graph import nodes
from graph.context import Call, Info
from graph.enums import Purpose
from graph.fields import field, said
from graph.inputs import given
from graph.inputs.texts import OURS, READ_ONLY
from graph.results import ContactId
from graph.types.consent import ConsentEvent, ConsentWording
from graph.types.contact import After, First
from graph.types.gate import GateDecision
from graph.types.page import Connection


@strawberry.type(description="What can be asked about consent.")
class ConsentQueries:
    """One of the roots of reading."""

    @field(
        "Whether a contact's first number may be texted, now or at another moment, and why. The "
        "past is judged by what the ledger says of it."
    )
    async def can_text(
        self,
        info: Info,
        contact_id: ContactId,
        purpose: Annotated[Purpose, said("Why: CONVERSATION, INFORMATIONAL or MARKETING.")],
        at: Annotated[datetime | None, said("At which moment; now if it is left out.")] = UNSET,
    ) -> GateDecision:
        """The gate's own verdict; a block on any of their numbers is a no."""
        return await info.context.act(
            info, lambda call: _judged(call, contact_id, purpose, given(at))
        )

    @field("What was said about texting any of a contact's numbers, the newest first.")
    async def consent_events(
        self, info: Info, contact_id: ContactId, first: First = 50, after: After = UNSET
    ) -> Connection[ConsentEvent]:
        """The ledger is never changed."""
        window = Window(LEDGER, 50 if first is None else first, after or None)
        return await info.context.act(info, lambda call: _ledger(call, contact_id, window))

    @field("The sentence to show beside a consent box, with the version to record with a yes.")
    async def consent_wording(self, info: Info) -> ConsentWording:
        """Every version that was ever asked for is kept."""
        return await info.context.act(info, _wording)


def _wording(call: Call) -> ConsentWording:
    shown = wordings.current(call.policy, call.now)
    text = shown.render(call.policy.business_name)
    return ConsentWording(version=shown.version, text=text)


def _judged(call: Call, contact_id: str, purpose: Purpose, at: datetime | None) -> GateDecision:
    if purpose in OURS:
        raise wrong("purpose", READ_ONLY)
    asked = Asked(contacts.get(contact_id), purpose.value, at or call.now, call.author)
    return nodes.verdict(hindsight.can_text(asked, call.now, call.policy))


def _ledger(call: Call, contact_id: str, window: Window) -> Connection[ConsentEvent]:
    match = reading.ledger_of(contacts.get(contact_id))
    return call.load.page(model.ConsentEvent, match, window, call.plan, call.load.ledger)
