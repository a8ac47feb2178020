"""What a program asks to be sent, judged by itself: nothing is looked up, nothing is made."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from domain.errors import FieldError, InvalidInput
from domain.model import Author
from domain.ports import StoredFile
from domain.rules.words.visible import has_controls
from domain.services import compose
from domain.services.people import contacts, fields

LONGEST_KEY = 200
LONGEST_SENDER = 64
LONGEST_ADDRESS = 2_000
MOST_TAGS = 50
FARTHEST = timedelta(days=366)
PATIENCE = timedelta(minutes=1)  # clocks differ, and a request takes its time
KEY = f"An idempotencyKey has 1 to {LONGEST_KEY} characters, none of them control characters."
SENDER = "There is no such sender."
TAGS = f"A text can have at most {MOST_TAGS} tags, without control characters."
ADDRESS = f"The address of a picture or file can have at most {LONGEST_ADDRESS:,} characters."
PAST = "This moment has passed: give one that is still to come."
AHEAD = "A text can be scheduled at most a year ahead."
LOCAL, YEARS = "sendAtLocal", range(2000, 2200)
CLOCK = "A local time is written without a zone: 2026-03-05T09:00."
ONE_TIME = "Give sendAt or sendAtLocal, not both."
NOT_ASKED = frozenset(
    {"author", "key", "number", "confirmed", "patient", "wording", "local", "shorten"}
)


@dataclass(frozen=True)
class Wording:
    """A template whose words are made for whoever gets them, with what is filled in by name.

    `smart`: typographic marks are made plain if that saves segments.
    """

    template_id: str
    values: tuple[tuple[str, str], ...] = ()
    smart: bool = False


@dataclass(frozen=True)
class Draft:
    """A text to a conversation, a contact or a number (any usual form); `key` makes it once.

    `number` is set where one key stands for several texts: it is the one that this text is for.
    What would need a confirmation leaves all the same if it is `confirmed`; if it is `patient`, it
    leaves at the earliest minute that needs none.

    Of a `wording` the body is made once it is settled who gets it, and so is `send_at` of a `local`
    time, which is the customer's own (without a zone). `shorten`: addresses in it become short
    links.
    """

    body: str
    author: Author
    thread_id: str | None = None
    contact_id: str | None = None
    phone: str | None = None
    sender: str | None = None
    purpose: str = "conversation"
    media_urls: tuple[str, ...] = ()
    files: tuple[StoredFile, ...] = ()
    tags: tuple[str, ...] = ()
    send_at: datetime | None = None
    key: str | None = None
    number: str | None = None
    confirmed: bool = False
    patient: bool = False
    wording: Wording | None = None
    local: datetime | None = None
    shorten: bool = False

    @property
    def media(self) -> tuple[str, ...]:
        """All that goes with it: ids of our files, and addresses."""
        return (*(one.id for one in self.files), *self.media_urls)


def tidied(draft: Draft, now: datetime, region: str) -> Draft:
    """The draft as it is to be kept; InvalidInput for what could never be sent or stored."""
    if draft.wording is None:
        compose.check_body(draft.body, draft.media)
    check_key(draft.key)
    if draft.sender and (len(draft.sender) > LONGEST_SENDER or has_controls(draft.sender)):
        raise fields.wrong("senderId", SENDER)
    if any(len(address) > LONGEST_ADDRESS for address in draft.media_urls):
        wrong = (FieldError("mediaUrls", ADDRESS),)
        raise InvalidInput(ADDRESS, code="MEDIA_REJECTED", fields=wrong)
    check_time(draft.send_at, now)
    phone = contacts.readable(draft.phone, region, field="to") if draft.phone else None
    return replace(draft, phone=phone, tags=tidy(draft.tags))


def check_time(send_at: datetime | None, now: datetime, field: str = "sendAt") -> None:
    """InvalidInput for a moment so far away that it can only be a mistake."""
    if send_at and send_at - now > FARTHEST:
        raise fields.wrong(field, AHEAD)


def check_ahead(send_at: datetime | None, now: datetime, field: str = "sendAt") -> None:
    """InvalidInput for a moment that has passed; to be asked of a new text, not of a repeat."""
    if send_at and now - send_at > PATIENCE:
        raise fields.wrong(field, PAST)


def local(written: str) -> datetime:
    """A day and a time of day without a zone; InvalidInput for anything else."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError as error:
        raise fields.wrong(LOCAL, CLOCK) from error
    if found.tzinfo is not None or "T" not in written.upper():
        raise fields.wrong(LOCAL, CLOCK)
    if found.year not in YEARS:  # beyond, a zone might lead out of the calendar
        raise fields.wrong(LOCAL, PAST if found.year < YEARS.start else AHEAD)
    return found


def check_key(key: str | None) -> None:
    """InvalidInput for a key that cannot be kept."""
    if key is not None and (not 0 < len(key) <= LONGEST_KEY or has_controls(key)):
        raise fields.wrong("idempotencyKey", KEY)


def keyed(draft: Draft) -> Draft:
    """With a key of its own where the program gave none."""
    return draft if draft.key else replace(draft, key=uuid4().hex)


def origin(draft: Draft) -> str:
    """What makes the text: the program's key, and the number where that is one of several."""
    whole = f"api:{draft.author.key}/{draft.key}"
    return f"{whole}/{draft.number}" if draft.number else whole


def digest(draft: Draft) -> str:
    """Stands for all that was asked: another wish under the same key has another."""
    asked = {name: value for name, value in vars(draft).items() if name not in NOT_ASKED}
    asked |= {"phone": None} if draft.number else {}
    asked["files"] = [one.id for one in draft.files]
    # What is not asked for is left out, so that a key stands for the same as ever.
    asked |= {"wording": asdict(draft.wording)} if draft.wording else {}
    asked |= {"local": draft.local} if draft.local else {}
    asked |= {"shorten": True} if draft.shorten else {}
    return sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()


def tidy(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Labels as they are kept; InvalidInput for too many, and for what nobody could read."""
    kept = fields.tidy_tags(tags, "tags")
    if len(kept) > MOST_TAGS or any(map(has_controls, kept)):
        raise fields.wrong("tags", TAGS)
    return tuple(kept)
