"""The ledger's part of forgetting: keys are thrown away, and nothing in it is touched."""

from collections.abc import Collection, Mapping
from datetime import datetime

from bson import ObjectId
from mongoengine import get_connection
from pymongo.client_session import ClientSession

from domain.model import ConsentEvent, Number, NumberKey, Thread
from domain.services.consent import keys, recording, returning, standing
from domain.services.consent.statement import Statement

KEPT = "Kept for all numbers of a person who was forgotten."


def keep(
    names: Mapping[str, str], noes: Collection[str], known: Mapping[str, Number], now: datetime
) -> None:
    """Say of each number what was refused with any: a no is the person's.

    `names` are their hashes: a number that is forgotten already is left alone.
    """
    for phone, own in names.items():
        said = {*refused(known.get(phone)), *refused(known.get(own))}
        for action in sorted({*noes} - said):
            told = Statement(action, "other", now, level="none", note=KEPT)
            recording.record(f"kept:{action}/{ObjectId()}", phone, told, now)


def part(phones: Collection[str], now: datetime) -> None:
    """Numbers of others that are held for a text of these: nobody can be asked about it any more.

    So it counts as a no of theirs, and their conversations tell of these numbers no longer.
    """
    threads_, own = Thread._get_collection(), {"$in": list(phones)}
    asked = {"heldForReview": True, "review.phone": own}
    for one in {*threads_.distinct("review.others", asked)} - {*phones}:
        told = Statement("opt_out", "other", now, level="none", note=KEPT)
        recording.record(f"kept:opt_out/{ObjectId()}", one, told, now)
    gone = {"$set": {"heldForReview": False}, "$unset": {"review": ""}, "$inc": {"rev": 1}}
    threads_.update_many({"review.phone": own, "phone": {"$nin": list(phones)}}, gone)
    threads_.update_many({"review.others": own}, {"$pull": {"review.others": own}})


def refused(number: Number | None) -> set[str]:
    """What is refused with that number."""
    blocked = {"opt_out"} if number and number.blocked else set()
    return blocked | ({"do_not_call"} if number and number.do_not_call else set())


def lose(contact_ids: Collection[ObjectId]) -> None:
    """Throw away what opens their events, also of numbers that are somebody else's by now."""
    theirs = {"contactId": {"$in": list(contact_ids)}}
    ids = ConsentEvent._get_collection().distinct("number", theirs)
    gone = {f"keys.{keys.owner(one)}": "" for one in contact_ids}
    NumberKey._get_collection().update_many({"_id": {"$in": ids}}, {"$unset": gone})


def forget(phone: str, own: str, now: datetime) -> None:
    """End all yeses, then leave of the number no more than its hash, and its noes under it."""
    with get_connection().start_session() as session:
        session.with_transaction(lambda txn: _forgotten(txn, phone, own, now))


def _forgotten(session: ClientSession, phone: str, own: str, now: datetime) -> None:
    numbers_, keys_ = Number._get_collection(), NumberKey._get_collection()
    if not keys_.find_one({"phone": phone, "current": True}, session=session):
        return
    if numbers_.find_one({"phone": own}, session=session):
        returning.along(session, own, phone, now)
    said = Statement("erased", "other", now, level="none")
    recording.along(session, f"erased:{ObjectId()}", phone, said, now)
    left = standing.read(numbers_.find_one_and_delete({"phone": phone}, session=session))
    keys_.update_many({"phone": own}, {"$unset": {"current": ""}}, session=session)
    nameless = {"$set": {"phone": own}, "$unset": {"keys": ""}, "$inc": {"rev": 1}}
    keys_.update_many({"phone": phone}, nameless, session=session)
    if left.blocked or left.do_not_call:
        numbers_.update_one({"phone": own}, standing.update(left), upsert=True, session=session)
