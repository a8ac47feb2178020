"""What a post of ours says of a text, and whether it must be changed."""

from hashlib import sha256

from domain.model import Message, Thread
from domain.rules.status import MessageStatus
from domain.services import agents, channels
from domain.services.desk import schedules
from domain.services.relay import pictures
from domain.services.relay.steps import Reword, write
from domain.values import Failed, Place, Post, Postponed, Unclear

WITHDRAWN = (MessageStatus.REFUSED, MessageStatus.CANCELED)
CALLED_BACK = "Called back: this text was not sent."
MOST_LOOKS = 3


def worded(message: Message, thread: Thread, *, first: bool = False) -> Post:
    """The post as it is to be now; a text is shown at `first` without waiting for its pictures."""
    inbound = message.direction == "inbound"
    shown = pictures.shown(message, first=first)
    return Post(
        key=str(message.id),
        text=message.body,
        author=channels.person_of(thread) if inbound else _author(message),
        media_urls=pictures.elsewhere(message),
        file_names=pictures.named(message, shown),
        pictures=shown,
        from_customer=inbound,
        note=" ".join(filter(None, (_remark(message, thread), *pictures.notes(message, first))))
        or None,
        late=message.twilio_created_at if message.recovered_at else None,
    )


def may_change(message: Message) -> bool:
    """Whether our post of it may ever say something else."""
    return message.direction == "outbound" or bool(message.wanted or message.media)


def wording(post: Post) -> str:
    """Stands for what a post says and shows."""
    shown = [f"{one.id}/{one.framed}" for one in post.pictures]
    said = "\0".join((post.text, post.note or "", *shown))
    return sha256(said.encode()).hexdigest()[:16]


def rewording(message: Message, thread: Thread, place: Place) -> Reword | None:
    """A post of ours that says something else by now, or whose pictures have come."""
    if not message.shadow.ts or message.shadow.wording is None:
        return None
    post = worded(message, thread)
    if wording(post) == message.shadow.wording:
        return None
    return Reword(message.id, place, message.shadow.ts, post, message.trace)


def reworded(step: Reword, outcome: Failed | Postponed | Unclear | None) -> None:
    """Done, or given up when the chat does not let us; pictures that it does not take are linked.

    It may only not have looked at them yet, so it is asked a few times.
    """
    if not refuses_pictures(step, outcome):
        if outcome is None or isinstance(outcome, Failed):
            write(step.message_id, {"shadow.wording": wording(step.post)})
        return
    tries = Message.objects(id=step.message_id, relay__attempts__gte=MOST_LOOKS)
    tries.update_one(set__shadow__plain=True)


def refuses_pictures(step: Reword, outcome: object) -> bool:
    """Whether the chat may have refused the post for a picture in it."""
    return isinstance(outcome, Failed) and any(one.framed for one in step.post.pictures)


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
