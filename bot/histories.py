"""The workspace's own records of what was written, read as its events would have been."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import reading
from bot.calls import Caller, Identity, Reply
from bot.reading import Json, word
from domain.services import agents
from domain.values import Failed, History, Place, Postponed, Span, Typed, Unclear

CHANNEL, THREAD = "conversations.history", "conversations.replies"


@dataclass(frozen=True)
class Histories:
    """Reads a page at a time, while many calls are left for what is more urgent."""

    caller: Caller

    async def read(
        self, place: Place, span: Span, most: int
    ) -> History | Failed | Postponed | Unclear:
        """Channels from their newest message on, threads from their first."""
        identity = await self.caller.whoami()
        if isinstance(identity, Postponed):
            return identity
        page = await self.caller.insist(
            THREAD if place.thread_ts else CHANNEL,
            spare=True,
            channel=place.channel_id,
            ts=place.thread_ts,
            oldest=span.after,
            latest=span.before,
            limit=most,
        )
        if not isinstance(page, Reply):
            return page
        found = [one for one in page.items("messages") if isinstance(one, dict)]
        names = await asyncio.to_thread(_names, found)
        typed = _typed(found, place, identity, names)
        there = frozenset(word(one, "ts") for one in found if not reading.is_stone(one))
        return History(
            typed, there, _left(found, place, span, more=bool(page.data.get("has_more")))
        )


def _left(found: Sequence[Json], place: Place, span: Span, *, more: bool) -> Span | None:
    """What is still to be read: the older part of a channel, the newer one of a thread."""
    stamps = [ts for one in found if span.holds(ts := word(one, "ts"))]
    if not more or not stamps:
        return None
    return Span(max(stamps), span.before) if place.thread_ts else Span(span.after, min(stamps))


def _typed(
    found: Sequence[Json], place: Place, identity: Identity, names: Mapping[str, str]
) -> tuple[Typed, ...]:
    """Those that people typed; an enterprise's own people are told apart by looking them up."""
    own = place.team_id or identity.team_id
    about: dict[str, Any] = {"team_id": identity.team_id, "enterprise_id": identity.enterprise_id}
    read = (reading.recorded(about, place.channel_id, one, names, own) for one in found)
    ordered = sorted(filter(None, read), key=lambda said: said.said_at)
    return tuple(
        Typed(
            origin=said.origin,
            ts=said.ts or "",
            thread_ts=said.thread_ts,
            user_id=said.user_id,
            team_id=said.team_id,
            foreign=said.foreign,
            text=said.text,
            said_at=said.said_at,
            edited_ts=said.edited_ts,
            files=said.files,
        )
        for said in ordered
    )


def _names(found: Sequence[Json]) -> dict[str, str]:
    """The names of those mentioned, as far as we know them."""
    people = {user for one in found for user in reading.mentioned({"event": one})}
    known = {user: agents.known(user) for user in people}
    return {user: agent.name for user, agent in known.items() if agent and agent.name}
