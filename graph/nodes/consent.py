"""The ledger as the API shows it."""

from strawberry import ID

from domain.services.consent import Entry
from graph import enums
from graph.enums import known
from graph.scalars import Phone
from graph.types.consent import ConsentEvent
from graph.types.contact import Contact
from graph.types.message import Message
from graph.types.people import Actor


def consent_event(
    said: Entry, contact: Contact | None, recorded_by: Actor, message: Message | None
) -> ConsentEvent:
    """An event of the ledger."""
    return ConsentEvent(
        id=ID(str(said.id)),
        phone=Phone(said.phone),
        contact=contact,
        action=known(enums.ConsentAction, said.action, enums.ConsentAction.OPT_OUT),
        level=known(enums.ConsentLevel, said.level, enums.ConsentLevel.NONE),
        scope=known(enums.ConsentScope, said.scope, enums.ConsentScope.ALL),
        at=said.at,
        method=known(enums.ConsentMethod, said.method, enums.ConsentMethod.OTHER),
        wording=said.wording,
        wording_version=said.wording_version,
        ip=said.ip,
        user_agent=said.user_agent,
        evidence_url=said.evidence_url,
        note=said.note,
        recorded_by=recorded_by,
        recorded_at=said.recorded_at,
        recorded_from_ip=said.recorded_from_ip,
        message=message,
    )
