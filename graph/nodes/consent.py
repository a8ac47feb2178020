"""The ledger as the API shows it."""

from graph import enums
from graph.enums import known
from graph.nodes.stored import Raw, identity
from graph.scalars import Phone
from graph.types.consent import ConsentEvent
from graph.types.contact import Contact
from graph.types.message import Message
from graph.types.people import Actor


def consent_event(
    raw: Raw, contact: Contact | None, recorded_by: Actor, message: Message | None
) -> ConsentEvent:
    """An event of the ledger."""
    return ConsentEvent(
        id=identity(raw),
        phone=Phone(raw["phone"]),
        contact=contact,
        action=known(enums.ConsentAction, raw.get("action"), enums.ConsentAction.OPT_OUT),
        level=known(enums.ConsentLevel, raw.get("level"), enums.ConsentLevel.NONE),
        scope=known(enums.ConsentScope, raw.get("scope"), enums.ConsentScope.ALL),
        at=raw["at"],
        method=known(enums.ConsentMethod, raw.get("method"), enums.ConsentMethod.OTHER),
        wording=raw.get("wording"),
        wording_version=raw.get("wordingVersion"),
        ip=raw.get("ip"),
        user_agent=raw.get("userAgent"),
        evidence_url=raw.get("evidenceUrl"),
        note=raw.get("note"),
        recorded_by=recorded_by,
        recorded_at=raw["recordedAt"],
        recorded_from_ip=raw.get("recordedFromIp"),
        message=message,
    )
