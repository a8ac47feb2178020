"""The conversations.* methods that change channels and show who is in them."""

import secrets
import time
from dataclasses import replace

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.call import Call, Method
from adapters.sandbox.slack.channel import Channel, checked_name
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.membership import shown
from adapters.sandbox.slack.messages import direct_with
from adapters.sandbox.slack.paging import paged
from adapters.sandbox.slack.people import BOT_USER

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def create(call: Call) -> Json:
    """conversations.create: names are taken for ever, also by archived and unseen channels."""
    name = checked_name(call.args.get("name"))
    if call.workspace.channel(name) is not None:
        raise SlackError("name_taken")
    channel = call.workspace.keep(
        Channel(
            id="C" + "".join(secrets.choice(ALPHABET) for _ in range(10)),
            name=name,
            creator=BOT_USER,
            created=int(time.time()),
            private=call.flag("is_private"),
            members=[BOT_USER],
        )
    )
    if not channel.private:
        about = {"id": channel.id, "name": name, "created": channel.created, "creator": BOT_USER}
        call.workspace.tell({"type": "channel_created", "channel": about})
    return shown(channel)


def info(call: Call) -> Json:
    """conversations.info."""
    return shown(call.channel())


def list_(call: Call) -> Json:
    """conversations.list: public ones, and private ones the bot is in."""
    kinds = call.names("types") or ["public_channel"]
    wanted = {"public_channel": "channel", "private_channel": "group", "im": "im"}
    asked = {wanted[kind] for kind in kinds if kind in wanted}
    found = [
        channel
        for channel in call.workspace.channels()
        if channel.kind in asked
        and (not channel.private or BOT_USER in channel.members)
        and not (channel.archived and call.flag("exclude_archived"))
    ]
    page, cursor = paged(call, found)
    found_here = [channel.as_resource(BOT_USER) for channel in page]
    return {"ok": True, "channels": found_here, "response_metadata": {"next_cursor": cursor}}


def archive(call: Call) -> Json:
    """conversations.archive: puts the bot out as well, as Slack does."""
    channel = call.channel()
    if channel.archived:
        raise SlackError("already_archived")
    call.joined()
    call.workspace.note(channel, BOT_USER, "channel_archive", "archived the channel")
    kind = "group_archive" if channel.private else "channel_archive"
    call.workspace.tell({"type": kind, "channel": channel.id, "user": BOT_USER})
    left = [member for member in channel.members if member != BOT_USER]
    call.workspace.keep(replace(channel, archived=True, members=left))
    return {"ok": True}


def unarchive(call: Call) -> Json:
    """conversations.unarchive: the bot is no longer in, so it may not."""
    channel = call.workspace.channel(call.text("channel", "?"))
    if channel is None:
        raise SlackError("channel_not_found")
    raise SlackError("not_in_channel" if channel.archived else "not_archived")


def rename(call: Call) -> Json:
    """conversations.rename."""
    channel, name = call.open_channel(), checked_name(call.args.get("name"))
    if (other := call.workspace.channel(name)) is not None and other.id != channel.id:
        raise SlackError("name_taken")
    renamed = call.workspace.keep(replace(channel, name=name))
    kind = "group_rename" if channel.private else "channel_rename"
    about = {"id": channel.id, "name": name, "created": channel.created}
    call.workspace.tell({"type": kind, "channel": about})
    return shown(renamed)


def set_topic(call: Call) -> Json:
    """conversations.setTopic."""
    channel, topic = call.open_channel(), _short(call, "topic")
    call.workspace.keep(replace(channel, topic=topic))
    text = f"set the channel topic: {topic}"
    call.workspace.note(channel, BOT_USER, "channel_topic", text, topic=topic)
    return shown(replace(channel, topic=topic))


def set_purpose(call: Call) -> Json:
    """conversations.setPurpose."""
    channel, purpose = call.open_channel(), _short(call, "purpose")
    call.workspace.keep(replace(channel, purpose=purpose))
    text = f"set the channel description: {purpose}"
    call.workspace.note(channel, BOT_USER, "channel_purpose", text, purpose=purpose)
    return shown(replace(channel, purpose=purpose))


def open_(call: Call) -> Json:
    """conversations.open: the direct conversation with one user."""
    users = call.names("users")
    if len(users) != 1 or users[0] not in call.workspace.people:
        raise SlackError("user_not_found")
    return {"ok": True, "channel": {"id": direct_with(call, users[0]).id}}


def _short(call: Call, name: str) -> str:
    value = call.text(name, "")
    if len(value) > 250:
        raise SlackError("too_long")
    return value


METHODS: dict[str, Method] = {
    "conversations.create": create,
    "conversations.info": info,
    "conversations.list": list_,
    "conversations.archive": archive,
    "conversations.unarchive": unarchive,
    "conversations.rename": rename,
    "conversations.setTopic": set_topic,
    "conversations.setPurpose": set_purpose,
    "conversations.open": open_,
}
