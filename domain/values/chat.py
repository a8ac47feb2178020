"""What is said of people and places in the agents' chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.values.files import Picture


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
    role: str = "agent"  # "admin" | "agent" | "none"
    timezone: str | None = None


@dataclass(frozen=True)
class Place:
    """Where in the chat something is: a channel, and a thread of it when `thread_ts` is set."""

    channel_id: str
    thread_ts: str | None = None
    name: str | None = None
    team_id: str | None = None


@dataclass(frozen=True)
class Route:
    """Where conversations about `about` go: `tag:<tag>` of the contact, or a sender of ours.

    `inbox` is the shared channel's id; `agents` are user ids or one user group's.
    """

    about: str
    inbox: str
    agents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Workspace:
    """How conversations live in one chat workspace, as its owner set it up.

    `inbox` is the shared channel's id; `agents` and `admins` are user ids or one user group's.
    `own_channels`: each conversation gets a channel of its own; else all live in the inbox.
    `senders` are those of ours that belong to it; empty: all.
    """

    inbox: str
    team_id: str | None = None
    agents: tuple[str, ...] = ()
    admins: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()
    senders: tuple[str, ...] = ()
    own_channels: bool = True
    archive_closed: bool = True

    def route(self, sender: str, tags: Sequence[str]) -> Route:
        """Where a conversation of that sender with somebody who has these tags belongs.

        The first route that fits; without one, the shared inbox and all agents.
        """
        abouts = {sender, *(f"tag:{tag.casefold()}" for tag in tags)}
        fits = (one for one in self.routes if one.about in abouts or one.about.casefold() in abouts)
        return next(fits, Route("", self.inbox, self.agents))


@dataclass(frozen=True)
class Post:
    """One message to show in a place. `key` is unique per post and readable back from the chat.

    `author` is shown as the sender's name; None means the product speaks for itself. `note` is
    the product's own remark below the text. `file_names`: files of ours that went with it and that
    the chat does not have; `pictures`: those that it has. `mentions` are ids of users or of user
    groups whose attention it asks for; `buttons` are the choices below it. `plain`: in words alone.
    `late`: it was sent then and did not come by itself.
    """

    key: str
    text: str
    author: str | None = None
    media_urls: tuple[str, ...] = ()
    from_customer: bool = False
    note: str | None = None
    file_names: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    mentions: tuple[str, ...] = ()
    buttons: tuple["Button", ...] = ()
    plain: bool = False
    late: datetime | None = None


@dataclass(frozen=True)
class Button:
    """A choice: what it says, which action it is, what it is about.

    `style` is "primary" or "danger"; `asks` is a question to be answered with yes first.
    """

    label: str
    action: str
    value: str
    style: str | None = None
    asks: str | None = None
