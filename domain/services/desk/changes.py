"""What a person changes of a conversation, with its line in the timeline: both or neither."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mongoengine import get_connection
from pymongo import ReturnDocument
from pymongo.client_session import ClientSession

from domain.model import Author, Thread
from domain.services import stale
from domain.services.people import activities

Raw = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """What the timeline is to say, who did it and when."""

    kind: str
    text: str
    author: Author
    at: datetime


def commit(match: Raw, update: Raw, line: Line) -> Thread | None:
    """The conversation after the update, if `match` still held; None when it did not."""
    with get_connection().start_session() as session:
        made: Thread | None = session.with_transaction(
            lambda txn: apply(txn, match, update, line),
        )
        return made


def apply(session: ClientSession, match: Raw, update: Raw, line: Line) -> Thread | None:
    """The same inside a transaction, which may run it again; its place will be seen to."""
    found = Thread._get_collection().find_one_and_update(
        match, stale.along(update, line.at), return_document=ReturnDocument.AFTER, session=session
    )
    if found is None:
        return None
    thread: Thread = Thread._from_son(found)
    activities.record(
        thread.contact_id, line.kind, line.text, line.author, line.at, session=session
    )
    return thread


def setting(fields: Raw, *unset: str) -> Raw:
    """The update of a change that a person can see."""
    update: Raw = {"$inc": {"rev": 1}}
    update |= {"$set": fields} if fields else {}
    return update | ({"$unset": dict.fromkeys(unset, "")} if unset else {})
