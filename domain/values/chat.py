"""What is said of people and places in the agents' chat."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A member of the chat workspace as it describes them."""

    user_id: str
    team_id: str
    name: str
    email: str | None
    guest: bool
    bot: bool
    foreign: bool
    deleted: bool


@dataclass(frozen=True)
class Place:
    """Where in the chat something is: a channel, and a thread of it when `thread_ts` is set."""

    channel_id: str
    thread_ts: str | None = None
    name: str | None = None
    team_id: str | None = None


@dataclass(frozen=True)
class Card:
    """What is told of a conversation where it lives: who it is with, from which sender."""

    thread_id: str
    name: str
    phone: str
    sender: str
    own_channel: bool
    notice: str | None = None


@dataclass(frozen=True)
class Post:
    """One message to show in a place. `key` is unique per post and readable back from the chat.

    `author` is shown as the sender's name; None means the product speaks for itself. `note` is
    the product's own remark below the text. `file_names`: files of ours that went with it.
    """

    key: str
    text: str
    author: str | None = None
    media_urls: tuple[str, ...] = ()
    from_customer: bool = False
    note: str | None = None
    file_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Button:
    """A choice under a whisper: what it says, which action it is, what it is about."""

    label: str
    action: str
    value: str
