"""A conversation that is nobody's becomes somebody's: the first who asks has it."""

from datetime import datetime

from domain.errors import Conflict
from domain.model import Agent, Author, Thread
from domain.services import agents, threads
from domain.services.desk import changes
from domain.services.desk.changes import Line

TAKEN = "{name} has taken this conversation already."
TAKEN_HELP = "Open it to see what they write, or assign it to yourself there."
CLOSED = "This conversation was closed meanwhile."
CLOSED_HELP = "It opens again when the customer writes."


def claim(thread_id: object, agent: Agent, author: Author, now: datetime) -> Thread:
    """It is theirs, once; Conflict names who was faster, or says that it is closed."""
    thread = threads.get(thread_id)
    free = {"_id": thread.id, "assignedTo": {"$exists": False}, "status": {"$ne": "closed"}}
    line = Line("thread_assigned", f"Assigned to {agent.name or agent.user_id}.", author, now)
    made = changes.commit(free, changes.setting({"assignedTo": agent.user_id}), line)
    return made or _theirs(threads.get(thread.id), agent)


def _theirs(thread: Thread, agent: Agent) -> Thread:
    """What somebody else made of it meanwhile; a second click of the same agent is no change."""
    if thread.assigned_to == agent.user_id:
        return thread
    if thread.assigned_to:
        other = agents.known(thread.assigned_to)
        name = (other.name if other else "") or "Somebody else"
        raise Conflict(TAKEN.format(name=name), help=TAKEN_HELP)
    raise Conflict(CLOSED, help=CLOSED_HELP)
