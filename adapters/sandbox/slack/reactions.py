"""Reactions and bookmarks."""

import re

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.call import Call, Method
from adapters.sandbox.slack.channel import Channel
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.messages import shown
from adapters.sandbox.slack.people import BOT_USER
from adapters.sandbox.slack.workspace import Workspace

EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def add(call: Call) -> Json:
    """reactions.add, by the bot."""
    channel, message = target(call)
    react(call.workspace, channel, message, BOT_USER, _emoji(call))
    return {"ok": True}


def remove(call: Call) -> Json:
    """reactions.remove, of the bot's own."""
    channel, message = target(call)
    unreact(call.workspace, channel, message, BOT_USER, _emoji(call))
    return {"ok": True}


def get(call: Call) -> Json:
    """reactions.get: the message with its reactions."""
    channel, message = target(call)
    return {"ok": True, "type": "message", "channel": channel.id, "message": shown(message)}


def bookmark(call: Call) -> Json:
    """bookmarks.add: accepted and kept in the ledger only."""
    channel = call.joined("channel_id")
    link = {"id": "Bk0SANDBOX", "channel_id": channel.id, "title": call.text("title")}
    return {"ok": True, "bookmark": {**link, "link": call.text("link", ""), "type": "link"}}


def react(workspace: Workspace, channel: Channel, message: Json, user: str, emoji: str) -> None:
    """Put somebody's reaction on a message and tell of it; SlackError when it is there."""
    reactions = [dict(reaction) for reaction in message.get("reactions", [])]
    found = next((reaction for reaction in reactions if reaction["name"] == emoji), None)
    if found is None:
        reactions.append({"name": emoji, "users": [user], "count": 1})
    elif user in found["users"]:
        raise SlackError("already_reacted")
    else:
        found |= {"users": [*found["users"], user], "count": found["count"] + 1}
    workspace.save({**message, "reactions": reactions})
    workspace.tell(_event("reaction_added", channel, message, user, emoji, workspace))


def unreact(workspace: Workspace, channel: Channel, message: Json, user: str, emoji: str) -> None:
    """Take somebody's reaction off a message and tell of it; SlackError when it is not there."""
    reactions = [dict(reaction) for reaction in message.get("reactions", [])]
    found = next((reaction for reaction in reactions if reaction["name"] == emoji), None)
    if found is None or user not in found["users"]:
        raise SlackError("no_reaction")
    found["users"] = [other for other in found["users"] if other != user]
    found["count"] -= 1
    kept = [reaction for reaction in reactions if reaction["count"]]
    after = {name: value for name, value in message.items() if name != "reactions"}
    workspace.save({**after, "reactions": kept} if kept else after)
    workspace.tell(_event("reaction_removed", channel, message, user, emoji, workspace))


def checked_emoji(emoji: str) -> str:
    """The name of an emoji without its colons; SlackError when it is no name."""
    name = emoji.strip(":")
    if not EMOJI.fullmatch(name):
        raise SlackError("invalid_name")
    return name


def _emoji(call: Call) -> str:
    return checked_emoji(call.text("name", "?"))


def target(call: Call) -> tuple[Channel, Json]:
    """The message meant by `channel` and `timestamp`, in a channel that is not archived."""
    channel = call.joined()
    if channel.archived:
        raise SlackError("is_archived")
    message = call.workspace.message(channel.id, call.text("timestamp", ""))
    if message is None:
        raise SlackError("message_not_found")
    return channel, message


def _event(
    kind: str, channel: Channel, message: Json, user: str, emoji: str, workspace: Workspace
) -> Json:
    item = {"type": "message", "channel": channel.id, "ts": message["ts"]}
    stamp = workspace.stamp(channel.id)
    event = {"type": kind, "user": user, "reaction": emoji, "item": item, "event_ts": stamp}
    return {**event, "item_user": message["user"]} if message.get("user") else event


METHODS: dict[str, Method] = {
    "reactions.add": add,
    "reactions.remove": remove,
    "reactions.get": get,
    "bookmarks.add": bookmark,
}
