"""What the domain asks of the outside. Each Protocol has one real adapter and stays small."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.rules.pacing import Rate
from domain.values import (
    Announced,
    Button,
    Card,
    CarriedText,
    Content,
    Deed,
    Failed,
    HomePage,
    Opened,
    OutgoingText,
    Person,
    Place,
    Post,
    Postponed,
    Published,
    Rejected,
    Shown,
    SmsOutcome,
    Unavailable,
    Unclear,
    Uploaded,
    Workspace,
)


class Clock(Protocol):
    """The database's time, so that every process agrees on what is due."""

    def now(self) -> datetime:
        """Aware UTC, the same for all processes within a few milliseconds."""


class Sms(Protocol):
    """The carrier. Never raises for a failed call: the outcome says what is known."""

    async def send(self, text: OutgoingText) -> SmsOutcome:
        """Hand one text over, once, without any hidden repetition."""

    async def sent_to(self, recipient: str) -> Sequence[CarriedText] | Postponed | None:
        """What the carrier has for that recipient, newest first; None: it will not say."""

    async def fetch(self, sid: str) -> CarriedText | Postponed | Rejected | None:
        """One text as the carrier has it; None: it has none under that id."""


class Media(Protocol):
    """Where the carrier keeps what came with a text."""

    async def fetch(self, address: str, most: int) -> Content | Unavailable | Postponed:
        """The file at that address, if it is the carrier's and has at most so many bytes."""


class Fitting(Protocol):
    """What makes pictures such as carriers take. Slow: not to be called on the event loop."""

    def __call__(self, data: bytes, room: int) -> Content | Unavailable:
        """The picture in at most so many bytes, the right way up, without what the camera noted."""


class Chat(Protocol):
    """The place where agents work. Outcomes instead of exceptions, as with Sms.

    What must not be done twice begins before `until` or not at all: then it is Unclear.
    """

    async def open_channel(
        self, name: str, purpose: str, until: datetime | None = None
    ) -> Opened | Failed | Postponed | Unclear:
        """Make a private channel; `purpose` names our thread. Failed("name_taken"): try another."""

    async def find_channel(self, name: str, purpose: str) -> Opened | Postponed | None:
        """Our own channel after an unclear `open_channel`: by its purpose, or still without one."""

    async def furnish(
        self, place: Place, card: Card, agents: Sequence[str]
    ) -> Failed | Postponed | Unclear | None:
        """Topic, agents (user ids or groups' ids) invited; safe to repeat. None: done."""

    async def announce(
        self, place: Place, key: str, what: Announced, until: datetime | None = None
    ) -> Shown | Failed | Postponed | Unclear:
        """Show something of the product's own, once."""

    async def keep(self, place: Place, deed: Deed) -> Failed | Postponed | Unclear | None:
        """Bring the place up to date. None: it is as it should be. Safe to repeat."""

    async def post(
        self, place: Place, post: Post, until: datetime | None = None
    ) -> Shown | Failed | Postponed | Unclear:
        """Show one message, once."""

    async def find_post(self, place: Place, key: str, since: datetime) -> str | Postponed | None:
        """The ts of the post with that key, looked up by its metadata; None: it is not there."""

    async def whisper(
        self, place: Place, user_id: str, text: str, buttons: Sequence[Button]
    ) -> Shown | Failed | Postponed | Unclear:
        """A message that only that person sees."""

    async def reword(
        self, place: Place, ts: str, post: Post
    ) -> Failed | Postponed | Unclear | None:
        """Change what a post of ours says. None: done. Safe to repeat."""

    async def mark(
        self,
        place: Place,
        ts: str,
        want: frozenset[str],
        have: frozenset[str],
        *,
        spare: bool = False,
    ) -> Failed | Postponed | Unclear | None:
        """Turn the marks `have` on a message into `want`. None: done. Safe to repeat.

        `spare`: others matter more, so only while the chat allows many.
        """

    async def person(self, user_id: str) -> Person | Failed | Postponed | Unclear:
        """Who that is."""

    async def publish(
        self, user_id: str, page: HomePage, known: str | None = None, *, spare: bool = False
    ) -> Published | Failed | Postponed | Unclear:
        """Show somebody their own page; only in place of what is `known` to be there, if given."""

    async def upload(self, name: str, data: bytes) -> Uploaded | Unavailable | Postponed:
        """A copy in the chat that nobody sees yet. Twice makes two, which does no harm."""

    async def download(self, file_id: str, most: int) -> Content | Unavailable | Postponed:
        """What somebody put into the chat, if it has at most so many bytes."""

    @property
    def workspace(self) -> Workspace:
        """How conversations live in it."""

    @property
    def inbox(self) -> Place:
        """The shared channel where conversations without their own one live."""


class Chats(Protocol):
    """The chat workspaces that this installation serves."""

    def of(self, team_id: str | None, sender: str | None = None, /) -> Chat | None:
        """The workspace that `sender` belongs to, else the one with that id; None: there is none.

        May read the database: not to be called on the event loop.
        """


@dataclass(frozen=True)
class Change:
    """One committed change that a person could see, in commit order.

    `cursor` is the change stream's own token; `document` is the raw document as it is now
    (None once deleted); `touched` are the fields that this very change set, by their paths.
    """

    cursor: str
    kind: str  # "insert" | "update" | "delete" | "checkpoint"
    collection: str
    id: Any
    document: dict[str, Any] | None
    touched: dict[str, Any]


class Feed(Protocol):
    """Committed changes as they happen, and from any cursor that the database still reaches."""

    async def cursor(self) -> str:
        """The present moment: everything committed before it is already readable."""

    def follow(self, after: str | None) -> AbstractAsyncContextManager[AsyncIterator[Change]]:
        """Changes after that cursor (None: from now), then live; CursorExpired when too old.

        A reader that falls behind is cut off by FellBehind.
        """


class Pace(Protocol):
    """Who must wait how long, shared by all processes."""

    def wait(self, key: str, now: datetime) -> float:
        """Seconds until that key may be used again; 0 when it may."""

    def hold(self, key: str, until: datetime) -> None:
        """Nobody uses that key before `until`."""

    def take(self, key: str, rate: Rate, now: datetime, *, spare: bool = False) -> float:
        """Use the key once and return 0, or the seconds to wait, and then nothing is used.

        `spare`: this use matters less than others, and comes only where many are left.
        """


@dataclass(frozen=True)
class StoredFile:
    """What is known of a file of ours; `size` in bytes, `sha256` in hex, `kind` what it is for.

    Once `expires_at` is past, it may be gone at any moment; None keeps it for good.
    """

    id: str
    name: str
    content_type: str
    size: int
    sha256: str
    expires_at: datetime | None
    kind: str


class Files(Protocol):
    """Our own files, whole or not there at all, written and read piece by piece."""

    def put(
        self,
        name: str,
        content_type: str,
        parts: Iterable[bytes],
        *,
        kind: str,
        now: datetime,
        expires_at: datetime | None = None,
    ) -> StoredFile:
        """Store one file; when `parts` raises, nothing of it stays."""

    def find(self, file_id: str) -> StoredFile | None:
        """What is known of it; None when there is none."""

    def read(self, file_id: str) -> Iterator[bytes]:
        """Its bytes, a piece at a time; NotFound when it is gone."""

    def passing(self, kind: str) -> Iterator[StoredFile]:
        """Those of that kind that will expire."""

    def delete(self, file_id: str) -> None:
        """Remove it, if it is there."""

    def keep(self, file_id: str, until: datetime) -> StoredFile | None:
        """Let it stay at least so long; None when it is gone already."""

    def tidy(self, now: datetime, used: Callable[[StoredFile], bool]) -> int:
        """Remove what has expired and what was left half-written; how many were removed.

        What is `used` after all stays for good.
        """


class Links(Protocol):
    """Addresses under which files can be fetched without a token."""

    def check(self) -> None:
        """Refused when there is no secret to sign with."""

    def link(self, file_id: str, until: datetime) -> str:
        """An absolute, signed address that works until then; Refused without a secret."""


@dataclass(frozen=True)
class Finding:
    """What one part says of itself: `ok`, `warning` or `failed`, and what to do about it."""

    name: str
    status: str
    message: str
    fix: str | None = None


class Checks(Protocol):
    """How the installation is."""

    def __call__(self) -> Sequence[Finding]:
        """Each part that was looked at."""


class Installations(Protocol):
    """The chat workspaces that let us in, and the secrets by which they did."""

    def token(self, team_id: str | None, enterprise_id: str | None = None, /) -> str | None:
        """What opens that workspace, or the enterprise that it is part of; None: we are not in."""

    def remove(
        self, team_id: str | None, at: datetime, enterprise_id: str | None = None, /
    ) -> bool:
        """It let us in no more at that moment; False when it has installed us again since."""
