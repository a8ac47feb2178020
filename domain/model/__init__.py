"""MongoEngine documents, one noun a file, and the one place that builds their indexes."""

from domain.model.base import Author, Lease, Noun, Slot
from domain.model.consent import ConsentEvent
from domain.model.contact import Contact
from domain.model.message import Message
from domain.model.number import Number
from domain.model.people import Agent, Token
from domain.model.stray import Stray
from domain.model.thread import Channel, Thread

NOUNS: tuple[type[Noun], ...] = (
    Agent,
    ConsentEvent,
    Contact,
    Message,
    Number,
    Stray,
    Thread,
    Token,
)


def ensure_indexes() -> list[str]:
    """Make every index of every collection; safe to repeat. Returns `collection.index` names."""
    made = []
    for noun in NOUNS:
        noun.ensure_indexes()
        made += [f"{noun._get_collection_name()}.{spec['name']}" for spec in noun._meta["indexes"]]
    return made


__all__ = [
    "NOUNS",
    "Agent",
    "Author",
    "Channel",
    "ConsentEvent",
    "Contact",
    "Lease",
    "Message",
    "Noun",
    "Number",
    "Slot",
    "Stray",
    "Thread",
    "Token",
    "ensure_indexes",
]
