"""Events as Slack sends them."""

from typing import Any

TEAM, CHANNEL, AGENT = "T0SANDBOX", "C0JANE", "U0DANA"
TS, LATER = "1772654400.123457", "1772654460.000200"


def envelope(event: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The request's body around an event."""
    granted = {"enterprise_id": None, "team_id": TEAM, "user_id": "U0THREADLINE", "is_bot": True}
    return {
        "token": "x",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "api_app_id": "A0THREADLINE",
        "event": event,
        "type": "event_callback",
        "event_id": "Ev0123",
        "event_time": 1772654400,
        "authorizations": [granted],
        "is_ext_shared_channel": False,
    } | changes


def typed(text: str = "Hi Jane", **changes: Any) -> dict[str, Any]:
    """A message by a person, at the top of a channel."""
    return {
        "type": "message",
        "client_msg_id": "0a0a0a0a-0000-0000-0000-000000000000",
        "user": AGENT,
        "text": text,
        "ts": TS,
        "team": TEAM,
        "blocks": [{"type": "rich_text", "block_id": "b", "elements": []}],
        "channel": CHANNEL,
        "channel_type": "group",
        "event_ts": TS,
    } | changes


def inner(text: str = "Hi Jane", **changes: Any) -> dict[str, Any]:
    """The same inside another event."""
    outer = ("channel", "channel_type", "event_ts")
    return {name: value for name, value in typed(text, **changes).items() if name not in outer}


def changed(after: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """An edit, an unfolded link, a counted reply, or our own update."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": after,
        "previous_message": before,
        "channel": CHANNEL,
        "channel_type": "group",
        "ts": LATER,
        "event_ts": LATER,
    }


def edited(text: str, **changes: Any) -> dict[str, Any]:
    """An agent's edit of their own message."""
    mark = {"edited": {"user": AGENT, "ts": "1772654450.000000"}}
    return changed(inner(text, **changes) | mark, inner(**changes))


def deleted(**changes: Any) -> dict[str, Any]:
    """An agent's deletion of their own message."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": TS,
        "previous_message": inner(**changes),
        "channel": CHANNEL,
        "channel_type": "group",
        "ts": LATER,
        "event_ts": LATER,
    }


def tombstoned() -> dict[str, Any]:
    """The deletion of a message that has replies."""
    stone = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "ts": TS}
    return changed(stone | {"text": "This message was deleted.", "reply_count": 1}, inner())


def our_post(**changes: Any) -> dict[str, Any]:
    """A customer's text as we posted it."""
    ours = {"bot_id": "B0THREADLINE", "app_id": "A0THREADLINE", "username": "Jane"}
    post = typed("Hello") | {"subtype": "bot_message"} | ours | changes
    return {name: value for name, value in post.items() if name not in ("user", "client_msg_id")}
