"""What the product itself shows in the place of a conversation, and how it keeps that place."""

from dataclasses import dataclass
from datetime import datetime

from domain.values.campaigns import Progress
from domain.values.chat import Place
from domain.values.figures import Digest


@dataclass(frozen=True)
class Card:
    """What is told of a conversation where it lives: who it is with, and how it stands.

    `consent` is what they said about texts, in plain words, since `consent_at`; `assignee` is the
    agent's name. `earlier` is where the conversation was before. `uncalled`: they are on the
    do-not-call list.
    """

    thread_id: str
    name: str
    phone: str
    sender: str
    own_channel: bool
    notice: str | None = None
    consent: str = ""
    consent_at: datetime | None = None
    assignee: str | None = None
    status: str = "open"
    snoozed_until: datetime | None = None
    held: bool = False
    held_until: datetime | None = None
    reply_mode: str = "send"
    tags: tuple[str, ...] = ()
    earlier: Place | None = None
    uncalled: bool = False


@dataclass(frozen=True)
class Spoken:
    """One text of the past: when, by whom, and what."""

    at: datetime
    author: str
    text: str


@dataclass(frozen=True)
class Past:
    """What was said before, oldest first, where the place itself does not show it."""

    texts: tuple[Spoken, ...]


@dataclass(frozen=True)
class Remark:
    """A line of the product's own; `link` is a channel that it points to."""

    text: str
    link: Place | None = None


@dataclass(frozen=True)
class Inquiry:
    """What a customer wrote that may mean stop, and the question what it did mean.

    `key` is one per question; `stranger`: they say that the number is not the person's we mean.
    `asks` is the user id of the agent who answers, `outcome` what became of it, by whom and when.
    """

    thread_id: str
    key: str
    name: str
    words: str
    due_at: datetime
    stranger: bool = False
    asks: str | None = None
    outcome: str | None = None
    opted_out: bool = False
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Latecomer:
    """A conversation in which `count` texts came late; `at` is when the first was sent."""

    name: str
    count: int
    at: datetime
    place: Place | None = None


@dataclass(frozen=True)
class Latecomers:
    """So many texts came late in these conversations, and in `more` of them."""

    count: int
    talks: tuple[Latecomer, ...]
    more: int = 0


Announced = Card | Past | Remark | Inquiry | Progress | Digest | Latecomers


@dataclass(frozen=True)
class Renew:
    """The card that was posted as `ts` says this now."""

    ts: str
    card: Card


@dataclass(frozen=True)
class Reask:
    """The question that was posted as `ts` reads so now."""

    ts: str
    inquiry: Inquiry


@dataclass(frozen=True)
class Redraw:
    """The campaign's message that was posted as `ts` says this now."""

    ts: str
    progress: Progress


@dataclass(frozen=True)
class Retitle:
    """The channel's topic is this conversation's."""

    card: Card


@dataclass(frozen=True)
class Pin:
    """That post stays at hand."""

    ts: str


@dataclass(frozen=True)
class Archive:
    """The channel rests."""


@dataclass(frozen=True)
class Unarchive:
    """The channel is used again."""


Deed = Renew | Reask | Redraw | Retitle | Pin | Archive | Unarchive
"""What is done to a place; each may be done twice."""
