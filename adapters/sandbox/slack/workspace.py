"""The state of the Slack workspace, every change of it in the ledger and told as an event."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from adapters.sandbox.ledger import Json, Ledger
from adapters.sandbox.slack.channel import Channel, to_record
from adapters.sandbox.slack.complaints import Complaints
from adapters.sandbox.slack.people import BOT_USER, OTHER_BOT_USER, Team
from adapters.sandbox.slack.roster import Roster
from adapters.sandbox.slack.switches import Switches

INBOX, GENERAL = "C0INBOX", "C0GENERAL"
OPENED = 1_700_000_000


class Workspace:
    """Channels by id and messages by channel and ts. Events go to the one listener set."""

    def __init__(self, ledger: Ledger, inbox: str, team: Team | None = None) -> None:
        self.ledger = ledger
        self.team = team or Team()
        self.roster = Roster(ledger, self.team)
        self.people = self.roster.people
        self.switches = Switches()
        self.complaints = Complaints(ledger)
        self.tell: Callable[[Json], None] = lambda _event: None
        self._channels = {key: Channel(**raw) for key, raw in ledger.all("channel").items()}
        self._messages: dict[str, dict[str, Json]] = {}
        self._last: dict[str, int] = {}
        for raw in ledger.all("message").values():
            self._index(raw)
        if not self._channels:
            self._seed(inbox)

    def _seed(self, inbox: str) -> None:
        agents, own = self.team.agents, self.team.own
        members = [BOT_USER, *agents]
        self.keep(Channel(own(INBOX), inbox, agents[0], OPENED, members=members))
        everybody = [*agents, OTHER_BOT_USER]
        general = Channel(own(GENERAL), "general", agents[0], OPENED, members=everybody)
        self.keep(replace(general, general=True))

    def _index(self, message: Json) -> None:
        channel, ts = message["channel"], message["ts"]
        here = self._messages.setdefault(channel, {})
        micros = int(ts.replace(".", ""))
        self._last[channel] = max(self._last.get(channel, 0), micros)
        if message.get("deleted"):
            here.pop(ts, None)
        else:
            here[ts] = message

    # channels

    def channels(self) -> list[Channel]:
        """All conversations, oldest first."""
        return [channel for channel in self._channels.values() if not channel.deleted]

    def channel(self, id_or_name: str) -> Channel | None:
        """A conversation by id, or by its name with or without `#`."""
        if (known := self._channels.get(id_or_name)) is not None:
            return None if known.deleted else known
        name = id_or_name.removeprefix("#")
        return next((channel for channel in self.channels() if channel.name == name), None)

    def keep(self, channel: Channel) -> Channel:
        """Make this value of a channel the present one."""
        self._channels[channel.id] = channel
        self.ledger.put("channel", channel.id, to_record(channel))
        return channel

    def join(self, channel: Channel, user: str, inviter: str | None = None) -> Channel:
        """Add a member and tell of it."""
        joined = self.keep(replace(channel, members=[*channel.members, user]))
        more = {"inviter": inviter} if inviter else {}
        self.note(joined, user, "channel_join", f"<@{user}> has joined the channel", **more)
        self.tell(
            {
                "type": "member_joined_channel",
                "user": user,
                "channel": channel.id,
                "channel_type": "G" if channel.private else "C",
                "team": self.team.id,
                **more,
            }
        )
        return joined

    def leave(self, channel: Channel, user: str, actor: str | None = None) -> Channel:
        """Take a member out and tell of it; the bot is told of its own leaving besides."""
        self.tell(
            {
                "type": "member_left_channel",
                "user": user,
                "channel": channel.id,
                "channel_type": "G" if channel.private else "C",
                "team": self.team.id,
            }
        )
        if user == BOT_USER:
            kind = "group_left" if channel.private else "channel_left"
            self.tell({"type": kind, "channel": channel.id, "actor_id": actor or user})
        members = [member for member in channel.members if member != user]
        return self.keep(replace(channel, members=members))

    # messages

    def stamp(self, channel: str) -> str:
        """A new ts: the time, later than any other of the channel."""
        micros = max(int(time.time() * 1_000_000), self._last.get(channel, 0) + 1)
        self._last[channel] = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def messages(self, channel: str) -> list[Json]:
        """The messages of a channel, replies too, oldest first."""
        return list(self._messages.get(channel, {}).values())

    def message(self, channel: str, ts: str) -> Json | None:
        """One message; none if unknown or deleted."""
        return self._messages.get(channel, {}).get(ts)

    def post(self, channel: Channel, content: Json) -> Json:
        """Put a new message into a channel and tell of it."""
        ts = self.stamp(channel.id)
        about = {"ts": ts, "channel": channel.id, "team": self.team.id}
        message = {"type": "message", **content, **about}
        self.save(message)
        where = {"channel": channel.id, "channel_type": channel.kind}
        self.tell({**without_inner(message), **where, "event_ts": ts})
        self._count_reply(channel, message)
        return message

    def note(self, channel: Channel, user: str, subtype: str, text: str, **more: Any) -> Json:
        """Put a message of Slack's own into a channel: somebody joined, a new topic."""
        return self.post(channel, {"subtype": subtype, "user": user, "text": text, **more})

    def save(self, message: Json) -> Json:
        """Keep this value of a message, telling nobody."""
        self._index(message)
        self.ledger.put("message", f"{message['channel']}/{message['ts']}", message)
        return message

    def change(self, channel: Channel, before: Json, after: Json) -> Json:
        """Replace a message and tell of it."""
        self.save(after)
        stamp = self.stamp(channel.id)
        self.tell(
            {
                "type": "message",
                "subtype": "message_changed",
                "hidden": True,
                "message": without_inner(after),
                "previous_message": without_inner(before),
                "channel": channel.id,
                "channel_type": channel.kind,
                "ts": stamp,
                "event_ts": stamp,
            }
        )
        return after

    def delete(self, channel: Channel, message: Json) -> None:
        """Delete a message; one with replies leaves a tombstone, as in Slack."""
        if message.get("reply_count"):
            self.change(channel, message, _tombstone(message))
            return
        self.save({"channel": channel.id, "ts": message["ts"], "deleted": True})
        stamp = self.stamp(channel.id)
        self.tell(
            {
                "type": "message",
                "subtype": "message_deleted",
                "hidden": True,
                "deleted_ts": message["ts"],
                "previous_message": without_inner(message),
                "channel": channel.id,
                "channel_type": channel.kind,
                "ts": stamp,
                "event_ts": stamp,
            }
        )

    def _count_reply(self, channel: Channel, reply: Json) -> None:
        parent = self.message(channel.id, reply.get("thread_ts", ""))
        if parent is None or parent["ts"] == reply["ts"]:
            return
        author = reply.get("user") or reply.get("bot_id", "")
        users = parent.get("reply_users", [])
        counted = {
            **parent,
            "thread_ts": parent["ts"],
            "reply_count": parent.get("reply_count", 0) + 1,
            "reply_users": users if author in users else [*users, author],
            "latest_reply": reply["ts"],
        }
        self.change(channel, parent, counted)


def without_inner(message: Json) -> Json:
    """A message as others see it: without what the sandbox keeps for itself and metadata."""
    return {name: value for name, value in message.items() if name not in ("channel", "metadata")}


def _tombstone(message: Json) -> Json:
    kept = ("type", "channel", "ts", "thread_ts", "reply_count", "reply_users", "latest_reply")
    stone = {name: message[name] for name in kept if name in message}
    text = "This message was deleted."
    return {**stone, "subtype": "tombstone", "hidden": True, "text": text, "user": "USLACKBOT"}
