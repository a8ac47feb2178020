"""What becomes of a channel: archived, opened again, renamed, deleted, given another id."""

import secrets
import time
from dataclasses import replace

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.channel import Channel
from adapters.sandbox.slack.people import BOT_USER
from adapters.sandbox.slack.workspace import Workspace

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def new_id() -> str:
    """An id that no other channel has."""
    return "C" + "".join(secrets.choice(ALPHABET) for _ in range(10))


def make(workspace: Workspace, name: str, creator: str, *, private: bool) -> Channel:
    """A new channel with nobody but its creator in it."""
    created = int(time.time())
    channel = workspace.keep(
        Channel(new_id(), name, creator, created, private=private, members=[creator])
    )
    if not private:
        workspace.tell({"type": "channel_created", "channel": _about(channel)})
    return channel


def archive(workspace: Workspace, channel: Channel, user: str) -> Channel:
    """Archive it; the bot is put out, as Slack does it, and people are not."""
    workspace.note(channel, user, "channel_archive", f"<@{user}> archived the channel")
    workspace.tell({"type": _kind(channel, "archive"), "channel": channel.id, "user": user})
    left = [member for member in channel.members if member != BOT_USER]
    return workspace.keep(replace(channel, archived=True, members=left))


def unarchive(workspace: Workspace, channel: Channel, user: str) -> Channel:
    """Open it again; whoever does it is in it from then on."""
    members = [*channel.members, *([] if user in channel.members else [user])]
    after = workspace.keep(replace(channel, archived=False, members=members))
    workspace.note(after, user, "channel_unarchive", f"<@{user}> un-archived the channel")
    workspace.tell({"type": _kind(channel, "unarchive"), "channel": channel.id, "user": user})
    return after


def rename(workspace: Workspace, channel: Channel, name: str, user: str) -> Channel:
    """Give it another name, already checked."""
    after = workspace.keep(replace(channel, name=name))
    text = f'<@{user}> has renamed the channel from "{channel.name}" to "{name}"'
    workspace.note(after, user, "channel_name", text, old_name=channel.name, name=name)
    workspace.tell({"type": _kind(channel, "rename"), "channel": _about(after)})
    return after


def describe(workspace: Workspace, channel: Channel, user: str, what: str, words: str) -> Channel:
    """Set its `topic` or `purpose`."""
    after = workspace.keep(
        replace(channel, topic=words) if what == "topic" else replace(channel, purpose=words)
    )
    called = "topic" if what == "topic" else "description"
    text = f"<@{user}> set the channel {called}: {words}"
    workspace.note(after, user, f"channel_{what}", text, **{what: words})
    return after


def delete(workspace: Workspace, channel: Channel, user: str) -> None:
    """Delete it with all that is in it; its name is free again."""
    event: Json = {"type": _kind(channel, "deleted"), "channel": channel.id, "actor_id": user}
    workspace.tell(event)
    workspace.keep(replace(channel, deleted=True, members=[]))


def reidentify(workspace: Workspace, channel: Channel) -> Channel:
    """Give it another id, as when it is shared with another organisation."""
    after = workspace.keep(replace(channel, id=new_id()))
    for message in workspace.messages(channel.id):
        workspace.save({**message, "channel": after.id})
    workspace.keep(replace(channel, deleted=True))
    ids = {"old_channel_id": channel.id, "new_channel_id": after.id}
    workspace.tell({"type": "channel_id_changed", **ids})
    return after


def _kind(channel: Channel, what: str) -> str:
    return f"group_{what}" if channel.private else f"channel_{what}"


def _about(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.private,
        "is_mpim": False,
        "created": channel.created,
        "creator": channel.creator,
    }
