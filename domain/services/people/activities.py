"""The contact's own record: who did what and when, written once and never changed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from bson import ObjectId
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from domain.model import Activity, Author
from domain.rules.words.visible import has_controls, is_visible
from domain.services.people import contacts
from domain.services.people.fields import LONGEST_NOTES, wrong

SKEW = timedelta(minutes=5)
NO_METHOD = "Say how you were in touch."
EMPTY = "There is nothing to note."
TOO_LONG = f"This can have at most {LONGEST_NOTES:,} characters."
CONTROLS = "This cannot hold control characters: remove them."
AHEAD = "This moment has not come yet."
LONG_AGO = "This is too long ago."
SPOKEN: Mapping[str, str] = MappingProxyType(
    {"sms": "Texted", "email": "E-mailed", "phone": "Phoned", "in-person": "Met in person"}
)


def record(
    contact_id: ObjectId | None,
    kind: str,
    text: str,
    author: Author,
    now: datetime,
    *,
    at: datetime | None = None,
    origin: str | None = None,
    message_id: ObjectId | None = None,
    amount: Decimal | None = None,
    campaign_id: ObjectId | None = None,
    change: tuple[str, str] | None = None,
    asked: str | None = None,
    session: ClientSession | None = None,
) -> Activity | None:
    """Write it down, once per `origin`; the activity as stored, None where nobody is known.

    In a `session`, together with what it tells of; there `origin` is not for repetitions. `change`
    is what something was before, and is now; `asked` stands for all that was asked under `origin`.

    Kinds: note, status, assigned, log, thread_status, thread_assigned, thread_mode,
    thread_place, consent, merged, revocation, created, imported, value.
    """
    if contact_id is None:
        return None
    before, after = change or (None, None)
    made = Activity(
        origin=origin,
        contact_id=contact_id,
        kind=kind,
        text=text,
        author=author,
        message_id=message_id,
        amount=amount,
        campaign_id=campaign_id,
        before=before,
        after=after,
        asked=asked,
        at=at or now,
        created_at=now,
    )
    try:
        stored = made.to_mongo().to_dict()
        made.id = Activity._get_collection().insert_one(stored, session=session).inserted_id
    except DuplicateKeyError:
        known: Activity = Activity.objects(origin=origin).get()
        return known
    return made


def note(
    contact_id: object, text: str, author: Author, now: datetime, origin: str | None = None
) -> Activity:
    """Write something down about a contact, once per `origin`; InvalidInput for no words."""
    words = _words(text, "text")
    return _of(contacts.get(contact_id).id, "note", words, author, now, origin=origin)


def log(
    contact_id: object,
    method: str,
    at: datetime | None,
    text: str | None,
    author: Author,
    now: datetime,
    origin: str | None = None,
) -> Activity:
    """Somebody was in touch with them by that method, then; now if no time is given.

    Once per `origin`.
    """
    if method not in SPOKEN:
        raise wrong("method", NO_METHOD)
    then = _past(at, now)
    said = f"{SPOKEN[method]}: {_words(text, 'note')}" if text else f"{SPOKEN[method]}."
    contact = contacts.get(contact_id)
    contacts.touch(contact.id, then, method)
    return _of(contact.id, "log", said, author, now, then, origin)


def _of(
    contact_id: ObjectId,
    kind: str,
    text: str,
    author: Author,
    now: datetime,
    at: datetime | None = None,
    origin: str | None = None,
) -> Activity:
    made = record(contact_id, kind, text, author, now, at=at, origin=origin)
    assert made is not None
    return made


def _words(text: str, field: str) -> str:
    if not is_visible(text):
        raise wrong(field, EMPTY)
    if len(text) > LONGEST_NOTES:
        raise wrong(field, TOO_LONG)
    if has_controls(text):
        raise wrong(field, CONTROLS)
    return text.strip()


def _past(at: datetime | None, now: datetime) -> datetime:
    """Clocks differ a little: what is barely ahead is now."""
    if at is None:
        return now
    if at > now + SKEW:
        raise wrong("at", AHEAD)
    if at.year < now.year - 100:
        raise wrong("at", LONG_AGO)
    return min(at, now)
