"""A database written by an earlier CRM becomes ours, with everything that is in it.

Indexes first, then people and their consent, then texts and their conversations. Every step looks
for what is not ours yet, so that it may be ended at any moment and begun again, and finds nothing
the second time. What cannot be understood is left as it was and told.
"""

from collections.abc import Callable
from datetime import datetime

from domain.model import Contact, Message, ensure_indexes
from domain.policy import Policy
from domain.services.adoption import indexes, people, texts
from domain.services.adoption.report import Report

__all__ = ["Report", "adopt", "size"]


def size() -> int:
    """How many documents a run will look at."""
    contacts = Contact._get_collection().count_documents(people.FOREIGN)
    return int(contacts + Message._get_collection().count_documents(texts.FOREIGN))


def adopt(
    now: datetime, policy: Policy, *, dry_run: bool, seen: Callable[[int], None] = lambda _: None
) -> Report:
    """Adopt what is there, or with `dry_run` only say what would happen; nothing is written then.

    `seen` hears how many more documents have been looked at.
    """
    report = Report()
    indexes.survey(report)
    if not dry_run:
        indexes.clear_way()
        ensure_indexes()
    people.adopt(report, now, policy, dry_run=dry_run, seen=seen)
    texts.adopt(report, now, policy, dry_run=dry_run, seen=seen)
    return report
