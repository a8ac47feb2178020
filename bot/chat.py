"""Implements domain.ports.Chat on Slack."""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import announcements, posts
from bot.calls import Caller, Identity, Reply, reason_of
from bot.channels import Channels
from bot.files import ChatFiles
from bot.groups import Groups
from bot.histories import Histories
from bot.homes import Homes
from bot.limits import Limits
from domain.ports import SILENT, Clock, Pace, Telemetry
from domain.rules import roles
from domain.services.threads import stamp
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

EVENT_TYPE = "threadline_message"
LOOK_BACK = timedelta(seconds=60)
PAGE = 200
CUSTOMER, COLLEAGUE = ":speech_balloon:", ":bust_in_silhouette:"


class SlackChat:
    """One workspace. `client` repeats nothing by itself and has its own time-out."""

    def __init__(
        self,
        client: AsyncWebClient,
        pace: Pace,
        clock: Clock,
        workspace: Workspace,
        limits: Limits | None = None,
        telemetry: Telemetry = SILENT,
    ) -> None:
        self._caller = Caller(client, pace, clock, limits or Limits(), telemetry)
        self._files = ChatFiles(self._caller)
        self._channels = Channels(self._caller)
        self._groups = Groups(self._caller)
        self._workspace = workspace
        self._inbox = Place(workspace.inbox)

    @property
    def workspace(self) -> Workspace:
        """How conversations live in it."""
        return self._workspace

    @property
    def inbox(self) -> Place:
        """The shared channel."""
        return replace(self._inbox, team_id=self._caller.team_id)

    async def open_channel(
        self, name: str, purpose: str, until: datetime | None = None
    ) -> Opened | Failed | Postponed | Unclear:
        """A new private channel with that purpose."""
        return await self._channels.open(name, purpose, until)

    async def find_channel(self, name: str, purpose: str) -> Opened | Postponed | None:
        """The channel that an unclear `open_channel` made after all."""
        return await self._channels.find(name, purpose)

    async def furnish(
        self, place: Place, card: Card, agents: Sequence[str]
    ) -> Failed | Postponed | Unclear | None:
        """Topic, purpose and agents, where they are missing."""
        return await self._channels.furnish(place, card, agents)

    async def announce(
        self, place: Place, key: str, what: Announced, until: datetime | None = None
    ) -> Shown | Failed | Postponed | Unclear:
        """A card, what was said before, or a remark, under the product's own name."""
        movable = self._workspace.own_channels
        return await self._say(place, key, until, **announcements.content(what, movable=movable))

    async def keep(self, place: Place, deed: Deed) -> Failed | Postponed | Unclear | None:
        """What must be done to a place for it to be as it should."""
        return await self._channels.keep(place, deed, movable=self._workspace.own_channels)

    async def post(
        self, place: Place, post: Post, until: datetime | None = None
    ) -> Shown | Failed | Postponed | Unclear:
        """One message under its author's name."""
        return await self._say(
            place,
            post.key,
            until,
            text=posts.spoken(post),
            blocks=None if post.plain else posts.message(post),
            **_author(post),
        )

    async def find_post(self, place: Place, key: str, since: datetime) -> str | Postponed | None:
        """The ts of our own post with that key; the product's other posts are read past."""
        identity = await self._caller.whoami()
        if isinstance(identity, Postponed):
            return identity
        where = {"channel": place.channel_id, "ts": place.thread_ts}
        method = "conversations.replies" if place.thread_ts else "conversations.history"
        pages = self._caller.pages(
            method,
            "messages",
            **where,
            oldest=stamp(since - LOOK_BACK),
            include_all_metadata=True,
            limit=PAGE,
        )
        async with aclosing(pages):
            async for page in pages:
                if isinstance(page, Failed) and page.gone:
                    return None
                if not isinstance(page, Reply):
                    return page if isinstance(page, Postponed) else Postponed(reason_of(page))
                for message in page.items("messages"):
                    if _key(message, identity) == key:
                        return str(message["ts"])
        return None

    async def history(
        self, place: Place, span: Span, most: int
    ) -> History | Failed | Postponed | Unclear:
        """A page of a channel, or of one of its threads."""
        return await Histories(self._caller).read(place, span, most)

    async def whisper(
        self, place: Place, user_id: str, text: str, buttons: Sequence[Button]
    ) -> Shown | Failed | Postponed | Unclear:
        """An ephemeral message, in the thread if the place has one."""
        said = await self._caller.call(
            "chat.postEphemeral",
            channel=place.channel_id,
            thread_ts=place.thread_ts,
            user=user_id,
            text=posts.aloud(text),
            blocks=posts.whisper(text, buttons),
        )
        return _shown(said, "message_ts")

    async def reword(
        self, place: Place, ts: str, post: Post
    ) -> Failed | Postponed | Unclear | None:
        """Other words in the same post; its author's name and our key stay as they are."""
        done = await self._caller.insist(
            "chat.update",
            channel=place.channel_id,
            ts=ts,
            text=posts.spoken(post),
            blocks=posts.message(post),
            link_names=False,
        )
        return None if isinstance(done, Reply) else done

    async def mark(
        self,
        place: Place,
        ts: str,
        want: frozenset[str],
        have: frozenset[str],
        *,
        spare: bool = False,
    ) -> Failed | Postponed | Unclear | None:
        """Reactions, the new ones first, so that a message is never without any."""
        changes = [("reactions.add", name, "already_reacted") for name in sorted(want - have)]
        changes += [("reactions.remove", name, "no_reaction") for name in sorted(have - want)]
        for method, name, fine in changes:
            done = await self._caller.insist(
                method, spare=spare, channel=place.channel_id, timestamp=ts, name=name
            )
            if not isinstance(done, Reply) and reason_of(done) != fine:
                return done
        return None

    async def person(self, user_id: str) -> Person | Failed | Postponed | Unclear:
        """A user as the workspace describes them, with their role by its owner's lists."""
        identity = await self._caller.whoami()
        if isinstance(identity, Postponed):
            return identity
        found = await self._caller.insist("users.info", user=user_id)
        if not isinstance(found, Reply):
            return found
        user = found.part("user")
        if not user:
            return Unclear("no_user")
        person = _person(user_id, user, identity)
        if roles.bar(asdict(person)):
            return replace(person, role=roles.NONE)
        role = await self._groups.role(self._workspace, {**user, "id": user_id})
        return replace(person, role=role) if isinstance(role, str) else role

    async def upload(self, name: str, data: bytes) -> Uploaded | Unavailable | Postponed:
        """A copy that nobody sees before a post shows it."""
        return await self._files.upload(name, data)

    async def download(self, file_id: str, most: int) -> Content | Unavailable | Postponed:
        """What somebody uploaded."""
        return await self._files.download(file_id, most)

    async def publish(
        self, user_id: str, page: HomePage, known: str | None = None, *, spare: bool = False
    ) -> Published | Failed | Postponed | Unclear:
        """Somebody's App Home."""
        return await Homes(self._caller).publish(user_id, page, known, spare=spare)

    async def _say(
        self, place: Place, key: str, until: datetime | None, **content: Any
    ) -> Shown | Failed | Postponed | Unclear:
        said = await self._caller.call(
            "chat.postMessage",
            until,
            channel=place.channel_id,
            thread_ts=place.thread_ts,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
            unfurl_links=False,
            unfurl_media=False,
            link_names=False,
            **content,
        )
        return _shown(said, "ts")


def _shown(
    said: Reply | Failed | Postponed | Unclear, field: str
) -> Shown | Failed | Postponed | Unclear:
    if not isinstance(said, Reply):
        return said
    return Shown(said.text(field)) if said.text(field) else Unclear("no_ts")


def _author(post: Post) -> dict[str, str]:
    """A name and picture of the author's own; the product speaks under its own."""
    name = " ".join((post.author or "").split())
    if not name:
        return {}
    icon = CUSTOMER if post.from_customer else COLLEAGUE
    return {"username": name[: posts.MOST_NAME], "icon_emoji": icon}


def _key(message: Mapping[str, Any], identity: Identity) -> str | None:
    """The key of a post of ours: anybody could write the same metadata."""
    metadata = message.get("metadata") or {}
    if message.get("bot_id") != identity.bot_id or metadata.get("event_type") != EVENT_TYPE:
        return None
    key = (metadata.get("event_payload") or {}).get("key")
    return key if isinstance(key, str) else None


def _person(user_id: str, user: Mapping[str, Any], identity: Identity) -> Person:
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("name"), user_id)
    team = str(user.get("team_id") or identity.team_id)
    teams = {team, *((user.get("enterprise_user") or {}).get("teams") or ())}
    return Person(
        user_id=user_id,
        team_id=team,
        name=next(name for name in names if name),
        email=profile.get("email"),
        timezone=user.get("tz") or None,
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        bot=bool(user.get("is_bot")),
        foreign=identity.team_id not in teams or bool(user.get("is_stranger")),
        deleted=bool(user.get("deleted")),
    )
