"""What was said in a conversation before its place was made, for those who read it there."""

from domain.model import Message, Thread
from domain.rules.sentences import WORDLESS
from domain.rules.status import MessageStatus
from domain.services import agents
from domain.services.channels.cards import person_of
from domain.values import Past, Place, Spoken

MOST, LOOK_BACK = 10, 50
WITHHELD = (MessageStatus.REFUSED, MessageStatus.CANCELED)
US = "We"


def unseen(thread: Thread, place: Place) -> tuple[str, Past] | None:
    """The last texts that the place does not show and will not, with the post's key; or None."""
    latest = Message.objects(thread_id=thread.id).order_by("-position", "-id").limit(LOOK_BACK)
    texts = [one for one in latest if not _is_here(one, place)][:MOST][::-1]
    if not texts:
        return None
    customer = person_of(thread)
    return f"history:{thread.id}/{texts[-1].id}", Past(
        tuple(Spoken(one.created_at, _author(one, customer), _words(one)) for one in texts)
    )


def _is_here(message: Message, place: Place) -> bool:
    """Whether the place shows it, will show it, or need not: it never left."""
    shadow = message.shadow
    shown_here = (shadow.channel_id, shadow.thread_ts) == (place.channel_id, place.thread_ts)
    to_come = message.relay is not None and message.relay.due_at is not None and not message.quiet
    return message.status in WITHHELD or (shown_here if shadow.ts else to_come)


def _author(message: Message, customer: str) -> str:
    if message.direction == "inbound":
        return customer
    by = message.sent_by
    agent = agents.known(by.key) if by and by.kind == "agent" else None
    return (agent.name if agent else None) or (by.name if by else None) or US


def _words(message: Message) -> str:
    return message.body or WORDLESS
