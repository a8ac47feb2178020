"""Somebody who was forgotten is back: what they refused is known again, by the hash alone."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from mongoengine import get_connection
from pymongo.client_session import ClientSession

from domain.model import Number, NumberKey
from domain.rules.consent.privacy import hashes
from domain.services.consent import recording, standing
from domain.services.consent.statement import Statement

RETURNED = "Known from before, by the hash of the number alone."


def recognise(phone: str, secret: str, now: datetime) -> None:
    """Write the noes that are kept under the number's hash into its ledger, under its own name.

    To be called before anything is stored of a number that no contact has. Safe to repeat.
    """
    by(hashes(phone, secret), phone, now)


def by(names: Sequence[str], phone: str, now: datetime) -> None:
    """The same of these hashes of the number; without a key there are none."""
    if not names:
        return
    for known in Number.objects(phone__in=names).only("phone"):
        own: str = known.phone
        with get_connection().start_session() as session:
            session.with_transaction(partial(along, own=own, phone=phone, now=now))


def along(session: ClientSession, own: str, phone: str, now: datetime) -> None:
    """The same inside a transaction. Their former ledger is theirs too, without what was sealed."""
    numbers_, keys_ = Number._get_collection(), NumberKey._get_collection()
    kept = numbers_.find_one_and_delete({"phone": own}, session=session)
    former = keys_.find_one({"phone": own, "current": True}, session=session)
    known = {"$set": {"phone": phone}, "$unset": {"current": ""}, "$inc": {"rev": 1}}
    keys_.update_many({"phone": own}, known, session=session)
    before = standing.read(kept)
    cause = former["_id"] if former else kept["_id"] if kept else own
    if before.blocked:
        said = _no("opt_out", before.blocked_at or now)
        recording.along(session, f"returned:opt_out/{cause}", phone, said, now)
    if before.do_not_call:
        said = _no("do_not_call", before.dnc_at or now)
        recording.along(session, f"returned:do_not_call/{cause}", phone, said, now)


def _no(action: str, at: datetime) -> Statement:
    return Statement(action, "other", at, level="none", note=RETURNED)
