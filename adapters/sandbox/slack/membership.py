"""The conversations.* methods about who is in a channel."""

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.call import Call, Method
from adapters.sandbox.slack.channel import Channel
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.paging import paged
from adapters.sandbox.slack.people import BOT_USER


def members(call: Call) -> Json:
    """conversations.members."""
    page, cursor = paged(call, call.channel().members)
    return {"ok": True, "members": page, "response_metadata": {"next_cursor": cursor}}


def invite(call: Call) -> Json:
    """conversations.invite: all or nobody, unless forced."""
    channel = call.open_channel()
    wanted = call.names("users")
    if not wanted:
        raise SlackError("no_user")
    if len(wanted) > 100:
        raise SlackError("too_many_users")
    errors = {user: code for user in wanted if (code := _uninvitable(call, channel, user))}
    if errors and (not call.flag("force") or len(errors) == len(wanted)):
        details = [{"user": user, "ok": False, "error": code} for user, code in errors.items()]
        raise SlackError(next(iter(errors.values())), errors=details)
    for user in wanted:
        if user not in errors:
            channel = call.workspace.join(channel, user, BOT_USER)
    return shown(channel)


def kick(call: Call) -> Json:
    """conversations.kick."""
    channel, user = call.open_channel(), call.text("user")
    if user == BOT_USER:
        raise SlackError("cant_kick_self")
    if user not in call.workspace.people:
        raise SlackError("user_not_found")
    if channel.general:
        raise SlackError("cant_kick_from_general")
    if user not in channel.members:
        raise SlackError("not_in_channel")
    call.workspace.leave(channel, user)
    return {"ok": True}


def leave(call: Call) -> Json:
    """conversations.leave."""
    channel = call.channel()
    if channel.archived:
        raise SlackError("is_archived")
    if channel.general:
        raise SlackError("cant_leave_general")
    if BOT_USER not in channel.members:
        return {"ok": True, "not_in_channel": True}
    call.workspace.leave(channel, BOT_USER)
    return {"ok": True}


def join(call: Call) -> Json:
    """conversations.join: public channels only."""
    channel = call.channel()
    if channel.archived:
        raise SlackError("is_archived")
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if BOT_USER not in channel.members:
        channel = call.workspace.join(channel, BOT_USER)
    return shown(channel)


def _uninvitable(call: Call, channel: Channel, user: str) -> str | None:
    person = call.workspace.people.get(user)
    if person is None:
        return "user_not_found"
    if user == BOT_USER:
        return "cant_invite_self"
    if user in channel.members:
        return "already_in_channel"
    if person.deleted:
        return "cant_invite"
    if person.guest and person.single and _rooms(call, user):
        return "ura_max_channels"
    return "org_user_not_in_team" if person.stranger else None


def _rooms(call: Call, user: str) -> bool:
    """Whether somebody is in any channel that is not archived."""
    rooms = call.workspace.channels()
    return any(user in room.members for room in rooms if not (room.direct or room.archived))


def shown(channel: Channel) -> Json:
    """A channel as these methods answer with it."""
    return {"ok": True, "channel": channel.as_resource(BOT_USER)}


METHODS: dict[str, Method] = {
    "conversations.members": members,
    "conversations.invite": invite,
    "conversations.kick": kick,
    "conversations.join": join,
    "conversations.leave": leave,
}
