"""The ledger as the API shows it."""

import strawberry

from domain.model import ConsentEvent as Ledger
from graph import enums
from graph.enums import known
from graph.scalars import Phone
from graph.types.consent import ConsentEvent
from graph.types.contact import Contact
from graph.types.message import Message
from graph.types.people import Actor


def consent_event(
    event: Ledger, contact: Contact | None, recorded_by: Actor, message: Message | None
) -> ConsentEvent:
    """An event of the ledger."""
    return ConsentEvent(
        id=strawberry.ID(str(event.id)),
        phone=Phone(event.phone),
        contact=contact,
        action=enums.ConsentAction(event.action),
        level=known(enums.ConsentLevel, event.level, enums.ConsentLevel.NONE),
        scope=known(enums.ConsentScope, event.scope, enums.ConsentScope.ALL),
        at=event.at,
        method=known(enums.ConsentMethod, event.method, enums.ConsentMethod.OTHER),
        wording=event.wording,
        wording_version=event.wording_version,
        ip=event.ip,
        user_agent=event.user_agent,
        evidence_url=event.evidence_url,
        note=event.note,
        recorded_by=recorded_by,
        recorded_at=event.recorded_at,
        recorded_from_ip=event.recorded_from_ip,
        message=message,
    )
