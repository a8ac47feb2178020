"""What a place says of its conversation, and whether it says so already."""

from hashlib import sha256

from domain.model import Thread
from domain.rules.consent import standing
from domain.services import agents, numbers
from domain.services.people import contacts
from domain.values import Card, Place

LEAVING = ("wanted", "naming", "anchoring")
STRANGE = "This text came for a number that is not set up here."


def card_of(thread: Thread, *, own_channel: bool) -> Card:
    """What the place is to say now."""
    contact = contacts.find(thread.contact_id)
    number = numbers.judged(thread.phone, "")
    spared = number.declined or number.do_not_call
    return Card(
        thread_id=str(thread.id),
        name=contact.name if contact else thread.phone,
        phone=thread.phone,
        sender=thread.own_number or thread.sender,
        own_channel=own_channel,
        notice=None if thread.known else STRANGE,
        consent=standing.words(
            number.level, blocked=number.blocked, spared=spared, asked=bool(number.pending)
        ),
        consent_at=number.blocked_at if number.blocked else number.consent_at,
        assignee=_called(thread.assigned_to),
        status=thread.status,
        snoozed_until=thread.snoozed_until,
        held=thread.held_for_review or number.held,
        held_until=thread.review.due_at if thread.held_for_review and thread.review else None,
        reply_mode=thread.reply_mode,
        tags=tuple(contact.tags) if contact else (),
        earlier=_earlier(thread),
        uncalled=number.do_not_call,
    )


def person_of(thread: Thread) -> str:
    """The customer's name, or their number."""
    contact = contacts.find(thread.contact_id)
    return contact.name if contact else thread.phone


def digest(card: Card) -> str:
    """Stands for everything that the card says."""
    return _digest(repr(card))


def title(card: Card) -> str:
    """Stands for what the topic says."""
    told = (card.name, card.phone, card.sender, card.consent, card.assignee)
    return _digest(repr((*told, "held") if card.held else told))


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:16]


def _called(user_id: str | None) -> str | None:
    agent = agents.known(user_id) if user_id else None
    return (agent.name if agent else None) or user_id


def _earlier(thread: Thread) -> Place | None:
    """The last place before the present one, or before the one that is being made."""
    channel = thread.channel
    present = None if channel.step in LEAVING else (channel.channel_id, channel.thread_ts)
    left = [one for one in channel.left if (one.channel_id, one.thread_ts) != present]
    return Place(left[-1].channel_id, left[-1].thread_ts) if left else None
