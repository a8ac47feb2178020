"""MongoEngine documents, one noun a file, and the one place that builds their indexes."""

from domain.model.activity import Activity
from domain.model.audit import AuditEntry
from domain.model.autoreply import AutoReply
from domain.model.base import Author, Lease, Noun, Slot
from domain.model.bulletin import Bulletin
from domain.model.businesshours import BusinessHours, OpenInterval
from domain.model.campaign import Audience, Campaign, Recipient
from domain.model.checkup import Alarm, Checkup
from domain.model.chore import Chore
from domain.model.consent import ConsentEvent
from domain.model.contact import Address, Contact
from domain.model.digest import Digest
from domain.model.find import Find, Gone
from domain.model.hearing import Hearing
from domain.model.home import Home
from domain.model.imports import Import, ImportedPhone, RowError
from domain.model.indexes import ensured
from domain.model.key import NumberKey
from domain.model.link import Link
from domain.model.look import Look
from domain.model.media import Attachment, Wanted
from domain.model.message import (
    Afterthought,
    Aside,
    Choice,
    Decision,
    Message,
    Notice,
    Shadow,
    StatusChange,
)
from domain.model.number import Number, Tell
from domain.model.people import Agent, Token
from domain.model.process import Process
from domain.model.restoration import Restoration
from domain.model.rollup import Rollup, RollupDay
from domain.model.round import Errand, Round
from domain.model.stray import Stray
from domain.model.template import Template
from domain.model.thread import SHUT, Channel, Earlier, Thread, Tiding
from domain.model.turnstile import Turnstile
from domain.model.wording import Wording
from domain.model.workspace import Workspace

NOUNS: tuple[type[Noun], ...] = (
    Activity,
    Agent,
    Alarm,
    AuditEntry,
    AutoReply,
    Bulletin,
    BusinessHours,
    Campaign,
    Checkup,
    Chore,
    ConsentEvent,
    Contact,
    Digest,
    Find,
    Gone,
    Hearing,
    Home,
    Import,
    ImportedPhone,
    Link,
    Message,
    Number,
    NumberKey,
    Process,
    Recipient,
    Restoration,
    Rollup,
    RollupDay,
    Round,
    RowError,
    Stray,
    Template,
    Thread,
    Token,
    Turnstile,
    Wording,
    Workspace,
)


def ensure_indexes() -> list[str]:
    """Make every index of every collection; safe to repeat. Returns `collection.index` names.

    Raises Conflict when another program's indexes stand in the way.
    """
    made = []
    for noun in NOUNS:
        collection = noun._get_collection()
        made += [f"{collection.name}.{name}" for name in ensured(collection, noun.INDEXES)]
    return made


__all__ = [
    "NOUNS",
    "SHUT",
    "Activity",
    "Address",
    "Afterthought",
    "Agent",
    "Alarm",
    "Aside",
    "Attachment",
    "Audience",
    "AuditEntry",
    "Author",
    "AutoReply",
    "Bulletin",
    "BusinessHours",
    "Campaign",
    "Channel",
    "Checkup",
    "Choice",
    "Chore",
    "ConsentEvent",
    "Contact",
    "Decision",
    "Digest",
    "Earlier",
    "Errand",
    "Find",
    "Gone",
    "Hearing",
    "Home",
    "Import",
    "ImportedPhone",
    "Lease",
    "Link",
    "Look",
    "Message",
    "Notice",
    "Noun",
    "Number",
    "NumberKey",
    "OpenInterval",
    "Process",
    "Recipient",
    "Restoration",
    "Rollup",
    "RollupDay",
    "Round",
    "RowError",
    "Shadow",
    "Slot",
    "StatusChange",
    "Stray",
    "Tell",
    "Template",
    "Thread",
    "Tiding",
    "Token",
    "Turnstile",
    "Wanted",
    "Wording",
    "Workspace",
    "ensure_indexes",
]
