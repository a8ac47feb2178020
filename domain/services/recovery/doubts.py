"""Each kind of open work that a backup may hold, and what a restore does about it.

`SENDS`: carried out, it makes a text or lets one leave; since the backup it may have done so. Each
of these is settled when the backup is put back, or looked up before it is done. `SHOWS`: it ends in
the chat alone. `KEEPS`: it ends in our own database, or tells the carrier what it may hear twice.
"""

from collections.abc import Mapping
from typing import Any

from domain.model import Message

SENDS: Mapping[str, str] = {
    "smsmessages.dispatch": "looked up, adopted or asked of a person: `restored.end`",
    "smsmessages.effects": "the customer's text is answered by itself no more: `lapse`",
    "campaigns.run": "paused; resumed, each text is looked up first: `Campaign.unsure_since`",
    "recipients.dueAt": "made a text only by its campaign's `run`",
    "numbers.ask": "looked up before it leaves, as all such requests: `inviting`, `lost.since`",
    "imports.run": "goes on; whom it has asked to confirm is `numbers.ask`",
}
SHOWS: Mapping[str, str] = {
    "smsmessages.relay": "looked for in its place before it is posted: `restored.end`",
    "campaigns.show": "the board is painted anew",
    "alarms.work": "may be told once more",
    "bulletins.work": "may be told once more",
    "digests.work": "may be told once more",
    "homes.dueAt": "painted anew",
    "rounds.work": "reads the chat; of what it finds its author is asked",
    "threads.upkeep": "the place is brought to what it should be",
    "threads.nudges.dueAt": "may remind once more",
}
KEEPS: Mapping[str, str] = {
    "smsmessages.fetch": "the same file once more",
    "chores.work": "the carrier's records and lists are read anew",
    "numbers.tell": "the carrier is told the same once more",
    "templates.usage": "counted anew",
    "threads.review.dueAt": "an opt-out, which no text confirms",
}
Raw = dict[str, Any]


def lapse() -> int:
    """Customers' texts whose answer was still to be made get none by itself; how many."""
    waits: Raw = {"direction": "inbound", "effects.due_at": {"$exists": True}}
    change = {"$set": {"lapsed": True}, "$unset": {"answer": ""}}
    return int(Message._get_collection().update_many(waits, change).modified_count)
