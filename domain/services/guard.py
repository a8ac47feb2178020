"""An agent's text that a person should think about once more waits for their click.

It is asked once about a text, by a whisper with two choices; until then its dispatch slot is shut,
so that texts behind it do not wait. What somebody let go is not asked about again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.model import Author, Message, Notice
from domain.policy import Policy
from domain.rules import zones
from domain.rules.gate import Purpose
from domain.rules.segments import measure
from domain.rules.status import MessageStatus
from domain.rules.words.weight import blame, weight
from domain.services import agents, channels, clocks, messages, threads
from domain.services.recovery import lost

RELEASE, CALL_BACK = "release", "call_back"
CHOICES = (("Send anyway", RELEASE), ("Don't send", CALL_BACK))
LATE, MOVED, SWITCHED, LONG, COLLISION = "late", "moved", "switched", "long", "collision"
NIGHT, RECOVERED = "night", "recovered"
NOT_SAID = [str(MessageStatus.REFUSED), str(MessageStatus.CANCELED), str(MessageStatus.SCHEDULED)]
LONGEST_EXCERPT = 80
WORDLESS = "a picture or file"
WROTE = "{name} wrote while you were answering: {words}"
ANSWERED = "{name} answered {ago} before you."
COLLEAGUE = "A colleague"
AWAY = "You wrote this at {when} while I was away, so it is waiting for you. Send it? {words}"
LOST = (
    "You wrote this at {when}. A backup was restored since, so it may have been sent already: look "
    "at Twilio's log for this number first. Send it? {words}"
)
SEND_OR_LEAVE = (("Send it", RELEASE), ("Leave it", CALL_BACK))


class Question(NamedTuple):
    """Why a text waits (one of the words above), what its author is told of it and can do.

    Of one `key` there is one; empty: of its kind.
    """

    kind: str
    text: str
    choices: tuple[tuple[str, str], ...] = CHOICES
    key: str = ""

    def notice(self, user_id: str, key: str | None = None) -> dict[str, Any]:
        """The whisper as it is stored."""
        choices = [{"label": label, "action": action} for label, action in self.choices]
        asked = {"key": key or self.key or self.kind, "userId": user_id, "text": self.text}
        return asked | {"choices": choices, "tried": False}


def combined(questions: Sequence[Question]) -> Question:
    """One question for all of them: of the first kind, with the widest choice."""
    choices = max((one.choices for one in questions), key=len)
    text = " ".join(one.text for one in questions)
    return questions[0]._replace(text=text, choices=choices)


def wait(made: Message, questions: Sequence[Question], user_id: str) -> None:
    """A text that is not committed yet waits for that agent's click from the beginning."""
    whole = combined(questions)
    made.question = whole.kind
    made.notices = [Notice._from_son(whole.notice(user_id))]


def away(text: str, said_at: datetime, author: Author, now: datetime, policy: Policy) -> Question:
    """It was found in the chat's records: nobody listened when it was written."""
    zone = clocks.agents_zone(author) or policy.consent.zone
    today = zones.local(said_at, zone).date() == zones.local(now, zone).date()
    when = zones.clock(said_at, zone) if today else zones.told(said_at, zone)
    asked = LOST if lost.holds(said_at) else AWAY
    return Question(RECOVERED, asked.format(when=when, words=excerpt(text)), SEND_OR_LEAVE)


def length(body: str, policy: Policy, files: int = 0) -> Question | None:
    """Whether a text is longer than the owner wants to go out unasked; with `files` it has none."""
    if files or not policy.ask_above or measure(body).segments <= policy.ask_above:
        return None
    told = f"This text is long: {weight(body, policy.rates)}."
    return Question(LONG, " ".join(filter(None, (told, blame(body)))))


def collision(message: Message, policy: Policy) -> Question | None:
    """Whether the customer wrote, or another agent answered, while its author was writing.

    Read from the database now: to be asked again once the attempt is on record, as only then
    nothing that was committed before it can have been missed.
    """
    if not policy.collision or not _judged(message):
        return None
    told = [told for told in (_customer(message, policy), _colleague(message, policy)) if told]
    return Question(COLLISION, " ".join(told)) if told else None


def ask(
    message: Message,
    question: Question,
    now: datetime,
    *,
    match: dict[str, Any],
    fields: dict[str, Any] | None = None,
    unset: tuple[str, ...] = (),
    push: dict[str, Any] | None = None,
    pull: dict[str, Any] | None = None,
    key: str | None = None,
) -> Message | None:
    """Let it wait for a click; None when it is not as it was read, or `match` does not hold.

    What waits already goes on waiting for its first reason.
    """
    assert message.sent_by
    waits = {"question": message.question or question.kind, "status": str(MessageStatus.HELD)}
    told = (push or {}) | {"notices": question.notice(message.sent_by.key, key)}
    if message.status != MessageStatus.HELD:
        told |= messages.entry(MessageStatus.HELD, now)
    return messages.change(
        match | {"_id": message.id, "status": message.status, "question": message.question},
        now,
        fields=waits | (fields or {}),
        unset=unset,
        push=told,
        pull=pull,
        close=(messages.DISPATCH, "done"),
    )


def _judged(message: Message) -> bool:
    """What an agent said in a conversation just now, and nobody has decided about."""
    author = message.sent_by
    by_agent = author is not None and author.kind == "agent"
    conversation = message.purpose == Purpose.CONVERSATION and message.send_at is None
    return by_agent and conversation and message.decided_by is None


def _customer(message: Message, policy: Policy) -> str | None:
    """What the customer wrote last, shortly before it was said or since."""
    since = message.position - _window(policy)
    found: Message | None = (
        Message.objects(thread_id=message.thread_id, direction="inbound", position__gte=since)
        .order_by("-position", "-id")
        .first()
    )
    if found is None:
        return None
    name = channels.person_of(threads.get(message.thread_id))
    return WROTE.format(name=name, words=excerpt(found.body))


def _colleague(message: Message, policy: Policy) -> str | None:
    """Which other agent answered shortly before, in thread order."""
    assert message.sent_by
    place = {"$gte": message.position - _window(policy), "$lte": message.position}
    found: Message | None = (
        Message.objects(
            __raw__={
                "threadId": message.thread_id,
                "position": place,
                "direction": "outbound",
                "sentBy.kind": "agent",
                "sentBy.key": {"$ne": message.sent_by.key},
                "status": {"$nin": NOT_SAID},
                "$or": [{"position": {"$lt": message.position}}, {"_id": {"$lt": message.id}}],
            }
        )
        .order_by("-position", "-id")
        .first()
    )
    if found is None or found.sent_by is None:
        return None
    agent = agents.known(found.sent_by.key)
    name = agent.name if agent and agent.name else COLLEAGUE
    return ANSWERED.format(name=name, ago=_ago(message.position - found.position))


def excerpt(body: str) -> str:
    """The beginning of a text on one line, in quotation marks."""
    words = " ".join(body.split())
    if not words:
        return f"{WORDLESS}."
    if len(words) > LONGEST_EXCERPT:
        words = f"{words[: LONGEST_EXCERPT - 1].rstrip()}…"
    return f"“{words}”."


def _window(policy: Policy) -> int:
    return policy.collision // timedelta(microseconds=1)


def _ago(microseconds: int) -> str:
    seconds = max(1, round(microseconds / 1_000_000))
    return "1 second" if seconds == 1 else f"{seconds} seconds"
