"""What a post of ours says of a text, and whether it must be changed."""

from hashlib import sha256

from domain.model import Message, Thread
from domain.rules.status import MessageStatus
from domain.services import agents, channels
from domain.services.desk import schedules
from domain.services.relay.steps import Reword, write
from domain.values import Failed, Place, Post, Postponed, Unclear

WITHDRAWN = (MessageStatus.REFUSED, MessageStatus.CANCELED)
CALLED_BACK = "Called back: this text was not sent."
FILE = "a file"


def worded(message: Message, thread: Thread) -> Post:
    """The post as it is to be now."""
    inbound = message.direction == "inbound"
    return Post(
        key=str(message.id),
        text=message.body,
        author=channels.person_of(thread) if inbound else _author(message),
        media_urls=tuple(message.media_urls),
        file_names=tuple(one.name or FILE for one in message.media),
        from_customer=inbound,
        note=_remark(message, thread),
    )


def wording(post: Post) -> str:
    """Stands for the words of a post, which may change; its pictures never do."""
    said = "\0".join((post.text, post.note or ""))
    return sha256(said.encode()).hexdigest()[:16]


def rewording(message: Message, thread: Thread, place: Place) -> Reword | None:
    """A post of ours whose text has been changed, or called back, since it was shown."""
    if message.direction == "inbound" or not message.shadow.ts or message.shadow.wording is None:
        return None
    post = worded(message, thread)
    if wording(post) == message.shadow.wording:
        return None
    return Reword(message.id, place, message.shadow.ts, post)


def reworded(step: Reword, outcome: Failed | Postponed | Unclear | None) -> None:
    """Done, or given up when the chat does not let us."""
    if outcome is None or isinstance(outcome, Failed):
        write(step.message_id, {"shadow.wording": wording(step.post)})


def _remark(message: Message, thread: Thread) -> str | None:
    """What the product adds below a text: a strange number, when it leaves, or that it did not."""
    if message.unplaced:
        return channels.card_of(thread, own_channel=True).notice
    if message.status == MessageStatus.SCHEDULED:
        return schedules.when(message, thread)
    if message.direction == "inbound" or message.status not in WITHDRAWN:
        return None
    if message.status == MessageStatus.REFUSED:
        return " ".join(filter(None, ("Not sent.", message.error_message, message.error_help)))
    return None if message.error_message else CALLED_BACK


def _author(message: Message) -> str | None:
    by = message.sent_by
    if by is None:
        return None
    if by.kind == "token":
        return f"{by.name} (API)" if by.name else None
    agent = agents.known(by.key) if by.kind == "agent" else None
    return agent.name if agent else by.name or None
