"""Channels of conversations: made, found again after a crash, given their topic and agents."""

import html
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId

from bot.blocks import cards
from bot.calls import Caller, Identity, Reply, reason_of
from domain.services.channels import purpose
from domain.values import Card, Failed, Opened, Place, Postponed, Unclear

PAGE = 999
MOST_INVITED = 100
INVITED_ALREADY = frozenset({"already_in_channel", "cant_invite_self"})
GROUP = "S"


@dataclass(frozen=True)
class Channels:
    """`agents` are user ids, or one user group's id."""

    caller: Caller
    agents: Sequence[str]

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
            "conversations.list", types="private_channel", exclude_archived=True, limit=PAGE
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

    async def furnish(self, place: Place, card: Card) -> Failed | Postponed | Unclear | None:
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
        return await self._invite(place) or refusal

    def _missing(self, channel: Mapping[str, Any], card: Card) -> list[tuple[str, dict[str, Any]]]:
        wanted = cards.topic(card)
        missing = []
        if not _value(channel, "purpose"):
            named = {"purpose": purpose(ObjectId(card.thread_id))}
            missing.append(("conversations.setPurpose", named))
        if _value(channel, "topic") != html.unescape(wanted):
            missing.append(("conversations.setTopic", {"topic": wanted}))
        return missing

    async def _invite(self, place: Place) -> Failed | Postponed | Unclear | None:
        users = await self._people()
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

    async def _people(self) -> list[str] | Failed | Postponed | Unclear:
        users: list[str] = []
        for agent in self.agents:
            if not agent.startswith(GROUP):
                users.append(agent)
                continue
            members = await self.caller.insist("usergroups.users.list", usergroup=agent)
            if not isinstance(members, Reply):
                return members
            users.extend(str(user) for user in members.items("users"))
        return list(dict.fromkeys(users))


def _unclaimed(channel: Mapping[str, Any], name: str, identity: Identity) -> bool:
    ours = channel.get("creator") == identity.user_id
    return ours and channel.get("name") == name and not _value(channel, "purpose")


def _value(channel: Mapping[str, Any], name: str) -> str:
    """A topic or purpose as it was written: Slack hands it back escaped."""
    value = (channel.get(name) or {}).get("value")
    return html.unescape(value) if isinstance(value, str) else ""
