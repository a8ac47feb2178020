"""Conversations as the API shows them."""

from types import MappingProxyType

from domain.policy import Policy
from graph import enums
from graph.enums import known
from graph.nodes.people import sender
from graph.nodes.stored import ID, Raw, Selected, as_kept, beside, made, one_of
from graph.types.contact import Contact
from graph.types.message import Message
from graph.types.people import Agent
from graph.types.stored import Source, Sources
from graph.types.thread import SlackChannel, Thread


def thread(
    raw: Raw,
    what: Selected,
    policy: Policy,
    contact: Contact | None,
    agent: Agent | None,
    last_message: Message | None,
) -> Thread:
    """A conversation with what was loaded beside it."""
    return made(
        Thread,
        what,
        raw,
        contact=contact,
        assigned_to=agent,
        last_message=last_message,
        sender=sender(raw, policy) if "sender" in raw else None,
        pages={},
    )


def _channel(raw: Raw) -> SlackChannel | None:
    place = raw.get("channel") or {}
    channel_id = place.get("channelId")
    if not channel_id:
        return None
    team_id = place.get("teamId") or ""
    return SlackChannel(
        team_id=team_id,
        channel_id=channel_id,
        thread_ts=place.get("threadTs"),
        name=None if place.get("threadTs") else place.get("name"),  # it may be one that is tried
        url=f"https://app.slack.com/client/{team_id}/{channel_id}" if team_id else None,
        reply_mode=known(enums.ReplyMode, raw.get("replyMode"), enums.ReplyMode.SEND),
    )


THREAD: Sources = MappingProxyType(
    {
        "id": ID,
        "contact": beside("contactId"),
        "phone": as_kept("phone"),
        "sender": beside("sender", "ownNumber"),
        "status": one_of(enums.ThreadStatus, "status", enums.ThreadStatus.OPEN),
        "assigned_to": beside("assignedTo"),
        "unread_count": as_kept("unreadCount", 0),
        "last_message": beside("lastMessageId"),
        "last_message_at": as_kept("lastMessageAt"),
        "snoozed_until": as_kept("snoozedUntil"),
        "slack_channel": Source(("channel", "replyMode"), _channel),
        "held_for_review": Source(("heldForReview",), lambda raw: bool(raw.get("heldForReview"))),
        "created_at": as_kept("createdAt"),
    }
)
