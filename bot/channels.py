"""Channels of conversations: made, found after a crash, furnished, kept up, archived."""

import html
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId

from bot.blocks import announcements, campaigns, cards, inquiries
from bot.calls import Caller, Identity, Reply, reason_of
from bot.groups import Groups
from domain.services.channels import purpose
from domain.values import (
    Archive,
    Card,
    Deed,
    Failed,
    Opened,
    Pin,
    Place,
    Postponed,
    Reask,
    Redraw,
    Renew,
    Retitle,
    Unarchive,
    Unclear,
)

PAGE = 999
MOST_INVITED = 100
INVITED_ALREADY = frozenset({"already_in_channel", "cant_invite_self"})


@dataclass(frozen=True)
class Channels:
    """Those of one workspace."""

    caller: Caller

    async def open(
        self, name: str, purpose: str, until: datetime | None
    ) -> Opened | Failed | Postponed | Unclear:
        """A new private channel. It is ours once made, even if its purpose must wait."""
        made = await self.caller.call("conversations.create", until, name=name, is_private=True)
        if not isinstance(made, Reply):
            return made
        place = self._place(made.part("channel"))
        if place is None:
            return Unclear("no_channel")
        await self.caller.insist(
            "conversations.setPurpose", channel=place.channel_id, purpose=purpose
        )
        return Opened(place)

    async def find(self, name: str, purpose: str) -> Opened | Postponed | None:
        """Ours by its purpose, or by name when we made it and died before saying so."""
        identity = await self.caller.whoami()
        if isinstance(identity, Postponed):
            return identity
        nameless: Place | None = None
        pages = self.caller.pages(
            "conversations.list",
            "channels",
            types="private_channel",
            exclude_archived=True,
            limit=PAGE,
        )
        async with aclosing(pages):
            async for page in pages:
                if not isinstance(page, Reply):
                    return page if isinstance(page, Postponed) else Postponed(reason_of(page))
                for channel in page.items("channels"):
                    if _value(channel, "purpose") == purpose:
                        return self._opened(channel)
                    if _unclaimed(channel, name, identity):
                        nameless = self._place(channel)
        return await self._claimed(nameless, purpose) if nameless else None

    def _place(self, channel: Mapping[str, Any]) -> Place | None:
        key = channel.get("id")
        if not isinstance(key, str) or not key:
            return None
        return Place(key, None, channel.get("name"), self.caller.team_id)

    def _opened(self, channel: Mapping[str, Any]) -> Opened | None:
        place = self._place(channel)
        return Opened(place) if place else None

    async def _claimed(self, place: Place, purpose: str) -> Opened | Postponed:
        done = await self.caller.insist(
            "conversations.setPurpose", channel=place.channel_id, purpose=purpose
        )
        if isinstance(done, Reply):
            return Opened(place)
        return done if isinstance(done, Postponed) else Postponed(reason_of(done))

    async def furnish(
        self, place: Place, card: Card, agents: Sequence[str]
    ) -> Failed | Postponed | Unclear | None:
        """Whatever is still missing; all of it is tried before a refusal is told."""
        seen = await self.caller.insist("conversations.info", channel=place.channel_id)
        if not isinstance(seen, Reply):
            return seen
        refusal: Failed | None = None
        for method, arguments in self._missing(seen.part("channel"), card):
            done = await self.caller.insist(method, channel=place.channel_id, **arguments)
            if isinstance(done, Postponed | Unclear) or (isinstance(done, Failed) and done.gone):
                return done
            refusal = done if isinstance(done, Failed) else refusal
        return await self._invite(place, agents) or refusal

    async def keep(
        self, place: Place, deed: Deed, *, movable: bool
    ) -> Failed | Postponed | Unclear | None:
        """What is so already is done; cards, topics and passing states of campaigns make way."""
        method, arguments, fine = _deed(deed, movable=movable)
        spare = isinstance(deed, Renew | Retitle) or _is_passing(deed)
        done = await self.caller.insist(method, spare=spare, channel=place.channel_id, **arguments)
        return None if isinstance(done, Reply) or reason_of(done) == fine else done

    def _missing(self, channel: Mapping[str, Any], card: Card) -> list[tuple[str, dict[str, Any]]]:
        wanted = cards.topic(card)
        missing = []
        if not _value(channel, "purpose"):
            named = {"purpose": purpose(ObjectId(card.thread_id))}
            missing.append(("conversations.setPurpose", named))
        if _value(channel, "topic") != html.unescape(wanted):
            missing.append(("conversations.setTopic", {"topic": wanted}))
        return missing

    async def _invite(
        self, place: Place, agents: Sequence[str]
    ) -> Failed | Postponed | Unclear | None:
        users = await Groups(self.caller).people(agents)
        if not isinstance(users, list):
            return users
        for start in range(0, len(users), MOST_INVITED):
            batch = ",".join(users[start : start + MOST_INVITED])
            done = await self.caller.insist(
                "conversations.invite", channel=place.channel_id, users=batch, force=True
            )
            if not isinstance(done, Reply) and reason_of(done) not in INVITED_ALREADY:
                return done
        return None


def _deed(deed: Deed, *, movable: bool) -> tuple[str, dict[str, Any], str]:
    """The method, its arguments, and the refusal that means that it is so already."""
    match deed:
        case Renew(ts, card):
            content = announcements.content(card, movable=movable)
            return "chat.update", {"ts": ts, "link_names": False, **content}, ""
        case Reask(ts, asked):
            return "chat.update", {"ts": ts, "link_names": False, **inquiries.content(asked)}, ""
        case Redraw(ts, progress):
            content = campaigns.content(progress)
            return "chat.update", {"ts": ts, "link_names": False, **content}, ""
        case Retitle(card):
            return "conversations.setTopic", {"topic": cards.topic(card)}, ""
        case Pin(ts):
            return "pins.add", {"timestamp": ts}, "already_pinned"
        case Archive():
            return "conversations.archive", {}, "already_archived"
        case Unarchive():
            return "conversations.unarchive", {}, "not_archived"


def _is_passing(deed: Deed) -> bool:
    """A campaign that runs says something else in a moment; where it stands still is told."""
    return isinstance(deed, Redraw) and deed.progress.status == "running"


def _unclaimed(channel: Mapping[str, Any], name: str, identity: Identity) -> bool:
    ours = channel.get("creator") == identity.user_id
    return ours and channel.get("name") == name and not _value(channel, "purpose")


def _value(channel: Mapping[str, Any], name: str) -> str:
    """A topic or purpose as it was written: Slack hands it back escaped."""
    value = (channel.get(name) or {}).get("value")
    return html.unescape(value) if isinstance(value, str) else ""
