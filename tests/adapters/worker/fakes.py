"""Stand-ins behind the ports: a carrier, a chat and a feed that do as they are told."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from domain.errors import DomainError
from domain.ports import Change
from domain.values import (
    Announced,
    Button,
    Card,
    CarriedText,
    Content,
    Deed,
    Failed,
    History,
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
    Span,
    Unarchive,
    Unavailable,
    Unclear,
    Uploaded,
    Workspace,
)
from tests.domain.build import accepted_as, new_sid, person

T = TypeVar("T")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
INBOX = Place("C0INBOX")
WORKSPACE = Workspace(INBOX.channel_id, agents=("S0AGENTS",))


@dataclass
class FakeSms:
    """Implements domain.ports.Sms: accepts everything unless outcomes are waiting."""

    outcomes: list[SmsOutcome] = field(default_factory=list)
    records: list[Sequence[CarriedText] | Postponed | None] = field(default_factory=list)
    sent: list[OutgoingText] = field(default_factory=list)
    looked_for: list[str] = field(default_factory=list)
    during: Callable[[], object] = lambda: None

    async def send(self, text: OutgoingText) -> SmsOutcome:
        self.sent.append(text)
        await asyncio.to_thread(self.during)
        return self.outcomes.pop(0) if self.outcomes else accepted_as(new_sid())

    async def sent_to(self, recipient: str) -> Sequence[CarriedText] | Postponed | None:
        self.looked_for.append(recipient)
        return self.records.pop(0) if self.records else ()

    async def fetch(self, sid: str) -> CarriedText | Postponed | Rejected | None:
        return None


@dataclass
class FakeChat:
    """Implements domain.ports.Chat: everything succeeds unless outcomes are waiting.

    `will` holds the next outcomes by method, `calls` every call as (method, arguments).
    """

    will: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    workspace: Workspace = WORKSPACE

    @property
    def inbox(self) -> Place:
        return INBOX

    def of(self, team_id: str | None, sender: str | None = None) -> "FakeChat":
        """Implements domain.ports.Chats, of this one workspace."""
        return self

    def names(self) -> list[str]:
        """The methods that were called, in order."""
        return [call[0] for call in self.calls]

    def told(self, method: str) -> list[tuple[Any, ...]]:
        """The arguments of each call of that method."""
        return [call[1:] for call in self.calls if call[0] == method]

    def _answer(self, usual: T, *call: Any) -> T:
        self.calls.append(call)
        waiting = self.will[call[0]]
        told: T = waiting.pop(0) if waiting else usual
        return told

    def _shown(self) -> Shown:
        return Shown(f"{len(self.calls) + 100}.000100")

    async def open_channel(
        self, name: str, purpose: str, until: datetime | None = None
    ) -> Opened | Failed | Postponed | Unclear:
        made = Opened(Place(f"C{len(self.calls)}", None, name))
        return self._answer(made, "open_channel", name, purpose)

    async def find_channel(self, name: str, purpose: str) -> Opened | Postponed | None:
        return self._answer(None, "find_channel", name, purpose)

    async def furnish(
        self, place: Place, card: Card, agents: Sequence[str]
    ) -> Failed | Postponed | Unclear | None:
        return self._answer(None, "furnish", place, card, tuple(agents))

    async def announce(
        self, place: Place, key: str, what: Announced, until: datetime | None = None
    ) -> Shown | Failed | Postponed | Unclear:
        """Named after what it is: card, past or remark."""
        return self._answer(self._shown(), type(what).__name__.lower(), place, key, what)

    async def keep(self, place: Place, deed: Deed) -> Failed | Postponed | Unclear | None:
        """Named after the deed; an archived channel is never given back, as in Slack."""
        refused = Failed("not_in_channel") if isinstance(deed, Unarchive) else None
        return self._answer(refused, type(deed).__name__.lower(), place, deed)

    async def post(
        self, place: Place, post: Post, until: datetime | None = None
    ) -> Shown | Failed | Postponed | Unclear:
        return self._answer(self._shown(), "post", place, post)

    async def find_post(self, place: Place, key: str, since: datetime) -> str | Postponed | None:
        return self._answer(None, "find_post", place, key, since)

    async def history(
        self, place: Place, span: Span, most: int
    ) -> History | Failed | Postponed | Unclear:
        return self._answer(History((), frozenset()), "history", place, span, most)

    async def whisper(
        self, place: Place, user_id: str, text: str, buttons: Sequence[Button]
    ) -> Shown | Failed | Postponed | Unclear:
        return self._answer(self._shown(), "whisper", place, user_id, text, tuple(buttons))

    async def reword(
        self, place: Place, ts: str, post: Post
    ) -> Failed | Postponed | Unclear | None:
        return self._answer(None, "reword", place, ts, post)

    async def mark(
        self,
        place: Place,
        ts: str,
        want: frozenset[str],
        have: frozenset[str],
        *,
        spare: bool = False,
    ) -> Failed | Postponed | Unclear | None:
        return self._answer(None, "mark", place, ts, want, have)

    async def upload(self, name: str, data: bytes) -> Uploaded | Unavailable | Postponed:
        number = len(self.told("upload")) + 1
        usual = Uploaded(f"F{number}", f"https://files.example.com/F{number}")
        return self._answer(usual, "upload", name, data)

    async def download(self, file_id: str, most: int) -> Content | Unavailable | Postponed:
        return self._answer(Content(PNG), "download", file_id, most)

    async def person(self, user_id: str) -> Person | Failed | Postponed | Unclear:
        return self._answer(person(user_id), "person", user_id)

    async def publish(
        self, user_id: str, page: HomePage, known: str | None = None, *, spare: bool = False
    ) -> Published | Failed | Postponed | Unclear:
        shown = Published(f"hash{len(self.calls)}")
        return self._answer(shown, "publish", user_id, page, known)


@dataclass
class FakeMedia:
    """Implements domain.ports.Media: gives what is waiting, else one picture."""

    will: list[Content | Unavailable | Postponed] = field(default_factory=list)
    asked: list[tuple[str, int]] = field(default_factory=list)

    async def fetch(self, address: str, most: int) -> Content | Unavailable | Postponed:
        self.asked.append((address, most))
        return self.will.pop(0) if self.will else Content(PNG)


class FakeFeed:
    """Implements domain.ports.Feed: says what the test says, to the one who follows."""

    def __init__(self) -> None:
        self._news: asyncio.Queue[Change | DomainError] = asyncio.Queue()
        self.followed = asyncio.Semaphore(0)

    def say(self, what: str | DomainError) -> None:
        """A change in that collection, or the reason for which the reader is cut off."""
        told = Change("82", "insert", what, 1, {}, {}) if isinstance(what, str) else what
        self._news.put_nowait(told)

    async def cursor(self) -> str:
        return "82"

    @asynccontextmanager
    async def follow(self, after: str | None) -> AsyncIterator[AsyncIterator[Change]]:
        self.followed.release()
        yield self._read()

    async def _read(self) -> AsyncIterator[Change]:
        while True:
            told = await self._news.get()
            if isinstance(told, DomainError):
                raise told
            yield told
