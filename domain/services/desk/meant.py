"""Whose number a button or a form means: a conversation's, a contact's, or one that we know."""

from bson import ObjectId

from domain.errors import NotFound
from domain.model import Contact, Number, Thread
from domain.rules.phone import is_phone
from domain.services.people import contacts

UNKNOWN = "There is no conversation, contact or number like this any more."


def thread(value: str) -> Thread | None:
    """The conversation with that id; None when it is none's."""
    found: Thread | None = Thread.objects(id=value).first() if ObjectId.is_valid(value) else None
    return found


def number(value: str) -> str:
    """The number that stands for; NotFound for what nobody here has."""
    about = thread(value) or contacts.find(value)
    if about:
        return about.phone
    if not _known(value):
        raise NotFound(UNKNOWN)
    return value


def _known(value: str) -> bool:
    """Senders without a number write, too, and can ask to stop; a ledger's hash is no address."""
    if Thread.objects(phone=value).only("id").first():
        return True
    if Contact.objects(phones=value).only("id").first():
        return True
    return is_phone(value) and bool(Number.objects(phone=value).only("id").first())
