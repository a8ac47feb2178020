"""The place where agents work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.values import (
    Announced,
    Button,
    Card,
    Content,
    Deed,
    Failed,
    History,
    HomePage,
    Opened,
    Person,
    Place,
    Post,
    Postponed,
    Published,
    Shown,
    Span,
    Unavailable,
    Unclear,
    Uploaded,
    Workspace,
)


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

    async def history(
        self, place: Place, span: Span, most: int
    ) -> History | Failed | Postponed | Unclear:
        """What stands in a place by the chat's own records, at most so many messages of it.

        Without haste: others matter more. Failed("thread_not_found"): nothing stands above it.
        """

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
