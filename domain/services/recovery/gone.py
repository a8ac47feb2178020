"""Texts of people who were forgotten: what the carrier still has of them does not come back.

Kept is a hash with our secret, so that nobody can tell whose text it was, and no longer than
anything is ever looked for.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from domain.model import Find, Gone
from domain.rules.consent.privacy import hashed, hashes

LONGEST = timedelta(days=31)


def forget(sids: Iterable[str | None], secret: str, now: datetime) -> None:
    """These texts are gone for good. Safe to repeat."""
    for sid in filter(None, sids):
        key = hashed(sid, secret)
        Gone._get_collection().update_one(
            {"key": key}, {"$setOnInsert": {"at": now, "rev": 1}}, upsert=True
        )


def forget_found(phones: Sequence[str], secret: str, now: datetime) -> None:
    """What was found of these numbers and is not taken in yet."""
    found = Find.objects(from___in=list(phones))
    forget([one.sid for one in found.only("sid")], secret, now)
    found.delete()


def known(sids: Sequence[str], secret: str) -> frozenset[str]:
    """Those of them that are gone."""
    if not sids or not secret:
        return frozenset()
    keys = {key: sid for sid in sids for key in hashes(sid, secret)}
    found = Gone._get_collection().find({"key": {"$in": list(keys)}}, {"key": 1})
    return frozenset(keys[one["key"]] for one in found)


def tidy(now: datetime) -> None:
    """What nobody will look for any more."""
    Gone.objects(at__lt=now - LONGEST).delete()
