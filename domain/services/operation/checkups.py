"""What the looks at the installation found: kept to be shown, for what is too dear to ask anew."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import UpdateOne

from domain.model import Checkup
from domain.ports import Finding

MOST = 100


def keep(findings: Sequence[Finding], now: datetime) -> None:
    """These are how it is, in place of all that were kept before."""
    own = Checkup._get_collection()
    if findings:
        own.bulk_write([_stored(one, now) for one in findings])
    names = [one.name for one in findings]
    own.delete_many({"kept": True, "name": {"$nin": names}})


def kept() -> list[Finding]:
    """As they were found last, each with the time."""
    raw = Checkup._get_collection().find({"kept": True}).sort("name").limit(MOST)
    return [
        Finding(one["name"], one["status"], one["message"], one.get("fix"), one["seenAt"])
        for one in raw
    ]


def _stored(finding: Finding, now: datetime) -> UpdateOne:
    said = {
        "status": finding.status,
        "message": finding.message,
        "fix": finding.fix,
        "seenAt": now,
        "kept": True,
    }
    there = {name: value for name, value in said.items() if value is not None}
    gone = {} if finding.fix else {"$unset": {"fix": ""}}
    return UpdateOne({"name": finding.name}, {"$set": there} | gone, upsert=True)
