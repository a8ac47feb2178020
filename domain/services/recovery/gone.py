"""Texts of people who were forgotten: what the carrier still has of them does not come back.

Kept are hashes with our secret, of texts that we had and of numbers with the time until which
theirs are gone, so that nobody can tell whose they were, and no longer than anything is ever
looked for.
"""

from collections.abc import Collection, Iterable, Sequence
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


def forget_sent(phones: Iterable[str], secret: str, now: datetime) -> None:
    """What was sent from these numbers until now is gone, also what never came. Safe to repeat."""
    for phone in phones:
        later = {"$max": {"at": now}, "$setOnInsert": {"rev": 1}}
        Gone._get_collection().update_one({"key": hashed(phone, secret)}, later, upsert=True)


def until(phones: Collection[str], secret: str) -> dict[str, datetime]:
    """When those of them were forgotten that were; what they sent before is gone."""
    keys = {key: phone for phone in phones for key in hashes(phone, secret)}
    if not keys:
        return {}
    found: dict[str, datetime] = {}
    for one in Gone._get_collection().find({"key": {"$in": list(keys)}}, {"key": 1, "at": 1}):
        phone = keys[one["key"]]
        found[phone] = max(one["at"], found.get(phone, one["at"]))
    return found


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
