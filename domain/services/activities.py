"""The contact's own record: who did what and when, written once and never changed."""

from datetime import datetime

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from domain.model import Activity, Author


def record(
    contact_id: ObjectId | None,
    kind: str,
    text: str,
    author: Author,
    now: datetime,
    *,
    at: datetime | None = None,
    origin: str | None = None,
    message_id: ObjectId | None = None,
) -> Activity | None:
    """Write it down, once per `origin`; the activity as stored, None where nobody is known.

    Kinds: note, status, assigned, log, thread_status, thread_assigned, consent, merged,
    revocation, created, imported.
    """
    if contact_id is None:
        return None
    made = Activity(
        origin=origin,
        contact_id=contact_id,
        kind=kind,
        text=text,
        author=author,
        message_id=message_id,
        at=at or now,
        created_at=now,
    )
    try:
        made.id = Activity._get_collection().insert_one(made.to_mongo().to_dict()).inserted_id
    except DuplicateKeyError:
        known: Activity = Activity.objects(origin=origin).get()
        return known
    return made
