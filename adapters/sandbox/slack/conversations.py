"""The conversations.* methods that change channels and show who is in them."""

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack import upkeep
from adapters.sandbox.slack.call import Call, Method
from adapters.sandbox.slack.channel import checked_name
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.membership import shown
from adapters.sandbox.slack.messages import direct_with
from adapters.sandbox.slack.paging import paged
from adapters.sandbox.slack.people import BOT_USER


def create(call: Call) -> Json:
    """conversations.create: names are taken for ever, also by archived and unseen channels."""
    if not call.workspace.switches.create:
        raise SlackError("restricted_action")
    name = checked_name(call.args.get("name"))
    if call.workspace.channel(name) is not None:
        raise SlackError("name_taken")
    private = call.flag("is_private")
    return shown(upkeep.make(call.workspace, name, BOT_USER, private=private))


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
    if channel.general:
        raise SlackError("cant_archive_general")
    if not call.workspace.switches.archive:
        raise SlackError("restricted_action")
    upkeep.archive(call.workspace, channel, BOT_USER)
    return {"ok": True}


def unarchive(call: Call) -> Json:
    """conversations.unarchive: the bot is no longer in, so it may not, unless switched on."""
    channel = call.workspace.channel(call.text("channel", "?"))
    if channel is None:
        raise SlackError("channel_not_found")
    if not channel.archived:
        raise SlackError("not_archived")
    if not call.workspace.switches.unarchive:
        raise SlackError("not_in_channel")
    upkeep.unarchive(call.workspace, channel, BOT_USER)
    return {"ok": True}


def rename(call: Call) -> Json:
    """conversations.rename: only of what the bot has made."""
    channel, name = call.open_channel(), checked_name(call.args.get("name"))
    if channel.creator != BOT_USER:
        raise SlackError("not_authorized")
    if (other := call.workspace.channel(name)) is not None and other.id != channel.id:
        raise SlackError("name_taken")
    return shown(upkeep.rename(call.workspace, channel, name, BOT_USER))


def set_topic(call: Call) -> Json:
    """conversations.setTopic."""
    channel, topic = call.open_channel(), _short(call, "topic")
    return shown(upkeep.describe(call.workspace, channel, BOT_USER, "topic", topic))


def set_purpose(call: Call) -> Json:
    """conversations.setPurpose."""
    channel, purpose = call.open_channel(), _short(call, "purpose")
    return shown(upkeep.describe(call.workspace, channel, BOT_USER, "purpose", purpose))


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
