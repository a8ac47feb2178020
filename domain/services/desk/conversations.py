"""What people do with conversations: who answers, until when it rests, what has been read.

Each change is one update that names what it changes, so that two at once lose nothing; what is
so already is no change.
"""

from datetime import datetime, timedelta

from bson import ObjectId

from domain.model import Author, Message, Thread
from domain.services import agents, summaries, threads
from domain.services.desk import changes
from domain.services.desk.changes import Line, Raw
from domain.services.people.fields import wrong

TOGGLE_REST = timedelta(seconds=2)
"""So soon after a switch of the mode another click on the same button means the same."""
LONGEST_SNOOZE = timedelta(days=366)
NO_AGENT = "There is no agent with this id."
INACTIVE = "This person cannot answer customers: choose another agent."
WHEN = "Say until when: a snoozed conversation needs this moment."
PAST = "This moment is past: a conversation is snoozed until a moment to come."
TOO_FAR = f"Snooze for at most {LONGEST_SNOOZE.days} days."
NOT_SNOOZED = "Only a snoozed conversation has this moment."
ELSEWHERE = "There is no text with this id in this conversation."
FIRST = "Assigned to {name}, who answered first."
STATUS_SAID = {"open": "Opened.", "closed": "Closed."}
MODE_SAID = {
    "send": "What is written in the channel leaves as a text.",
    "internal": "What is written in the channel stays among colleagues.",
}


def assign(thread_id: object, agent_id: str | None, author: Author, now: datetime) -> Thread:
    """Let that agent (chat user id) answer, or nobody; InvalidInput when they cannot."""
    thread = threads.get(thread_id)
    if agent_id is None:
        line = Line("thread_assigned", "Assigned to nobody.", author, now)
        return _changed(thread, {"assignedTo": {"$exists": True}}, {}, line, "assignedTo")
    name = _answering(agent_id)
    line = Line("thread_assigned", f"Assigned to {name}.", author, now)
    return _changed(thread, {"assignedTo": {"$ne": agent_id}}, {"assignedTo": agent_id}, line)


def answered_first(thread_id: object, agent_id: str, now: datetime) -> bool:
    """Who answers a conversation that nobody has takes it; False while nobody knows who that is."""
    agent = agents.known(agent_id)
    if agent and agent.may_send:
        author = Author(kind="agent", key=agent_id, name=agent.name)
        line = Line("thread_assigned", FIRST.format(name=agent.name or agent_id), author, now)
        match = {"_id": ObjectId(str(thread_id)), "assignedTo": {"$exists": False}}
        changes.commit(match, changes.setting({"assignedTo": agent_id}), line)
    return agent is not None


def set_status(
    thread_id: object, status: str, until: datetime | None, author: Author, now: datetime
) -> Thread:
    """Open, close, or snooze until a moment to come; InvalidInput when the two do not fit."""
    thread = threads.get(thread_id)
    if status == "snoozed":
        fields = {"status": status, "snoozedUntil": _ahead(until, now)}
        line = Line("thread_status", f"Snoozed until {_written(until)}.", author, now)
        differs: list[Raw] = [{name: {"$ne": value}} for name, value in fields.items()]
        return _changed(thread, {"$or": differs}, fields, line)
    if until is not None:
        raise wrong("snoozedUntil", NOT_SNOOZED)
    line = Line("thread_status", STATUS_SAID[status], author, now)
    match = {"$or": [{"status": {"$ne": status}}, {"snoozedUntil": {"$exists": True}}]}
    if status == "closed":  # what has come so far is settled: nobody waits for an answer to it
        fields = {"status": status, "settledUpTo": thread.position}
        return _changed(thread, match, fields, line, "snoozedUntil", "waiting")
    return _changed(thread, match, {"status": status, "openedAt": now}, line, "snoozedUntil")


def set_mode(thread_id: object, mode: str, author: Author, now: datetime) -> Thread:
    """What a plain message in the conversation's channel is: `send` or `internal`."""
    line = Line("thread_mode", MODE_SAID[mode], author, now)
    thread = threads.get(thread_id)
    fields = {"replyMode": mode, "replyModeAt": now}
    return _changed(thread, {"replyMode": {"$ne": mode}}, fields, line)


def toggle_mode(thread_id: object, author: Author, now: datetime) -> Thread:
    """The other of the two; a second click within moments changes nothing."""
    thread = threads.get(thread_id)
    switched = thread.reply_mode_at
    if switched and switched > now - TOGGLE_REST:
        return thread
    mode = "internal" if thread.reply_mode == "send" else "send"
    return set_mode(thread_id, mode, author, now)


def mark_read(thread_id: object, up_to: str) -> Thread:
    """Everything up to that text has been read; what came after it stays as it is."""
    thread = threads.get(thread_id)
    seen = _position(thread.id, up_to)
    Thread._get_collection().update_one({"_id": thread.id}, {"$max": {"readUpTo": seen}})
    summaries.refresh(thread.id)
    return threads.get(thread.id)


def _changed(thread: Thread, match: Raw, fields: Raw, line: Line, *unset: str) -> Thread:
    """The conversation after the change; as it is when there was nothing to change."""
    made = changes.commit({"_id": thread.id} | match, changes.setting(fields, *unset), line)
    return made or threads.get(thread.id)


def _answering(agent_id: str) -> str:
    """The name of an agent who may answer."""
    agent = agents.known(agent_id)
    if agent is None:
        raise wrong("agentId", NO_AGENT)
    if not agent.may_send:
        raise wrong("agentId", INACTIVE)
    return agent.name or agent.user_id


def _ahead(until: datetime | None, now: datetime) -> datetime:
    if until is None:
        raise wrong("snoozedUntil", WHEN)
    if until <= now:
        raise wrong("snoozedUntil", PAST)
    if until - now > LONGEST_SNOOZE:
        raise wrong("snoozedUntil", TOO_FAR)
    return until


def _written(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _position(thread_id: ObjectId, message_id: str) -> int:
    """Where that text stands in the conversation."""
    found = ObjectId.is_valid(message_id) and (
        Message.objects(id=message_id, thread_id=thread_id).only("position").first()
    )
    if not found:
        raise wrong("upTo", ELSEWHERE)
    return int(found.position)
