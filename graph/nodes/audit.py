"""Entries of the audit log."""

from graph.nodes.stored import Raw, identity
from graph.types.audit import AuditEntry, AuditFact
from graph.types.people import Actor


def audit_entry(raw: Raw, actor: Actor) -> AuditEntry:
    """One entry with whoever did it."""
    facts = (raw.get("facts") or {}).items()
    return AuditEntry(
        id=identity(raw),
        at=raw["createdAt"],
        actor=actor,
        action=raw["action"],
        subject=raw.get("subject"),
        ip=raw.get("ip"),
        facts=[AuditFact(name=name, value=str(value)) for name, value in facts],
    )
