"""Conversations as the API shows them."""

from domain.policy import Policy
from graph import enums
from graph.enums import known
from graph.nodes.people import sender
from graph.nodes.stored import Raw, identity
from graph.scalars import Phone
from graph.types.contact import Contact
from graph.types.message import Message
from graph.types.people import Agent
from graph.types.thread import SlackChannel, Thread


def thread(
    raw: Raw,
    policy: Policy,
    contact: Contact | None,
    agent: Agent | None,
    last_message: Message | None,
) -> Thread:
    """A conversation with what was loaded beside it."""
    return Thread(
        id=identity(raw),
        contact=contact,
        phone=Phone(raw["phone"]),
        sender=sender(raw, policy),
        status=known(enums.ThreadStatus, raw.get("status"), enums.ThreadStatus.OPEN),
        assigned_to=agent,
        unread_count=raw.get("unreadCount") or 0,
        last_message=last_message,
        last_message_at=raw.get("lastMessageAt"),
        snoozed_until=raw.get("snoozedUntil"),
        slack_channel=_channel(raw),
        held_for_review=bool(raw.get("heldForReview")),
        created_at=raw["createdAt"],
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
        name=place.get("name"),
        url=f"https://app.slack.com/client/{team_id}/{channel_id}" if team_id else None,
        reply_mode=known(enums.ReplyMode, raw.get("replyMode"), enums.ReplyMode.SEND),
    )
