"""The addresses in a text become short ones, written down before the text is committed.

A link is known by the text's origin and its target, so whoever was cut short and begins anew gets
the same one. A link without a text, after a crash, does no harm: nobody knows its name.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from domain.errors import Conflict
from domain.model import Link
from domain.policy import Policy
from domain.rules.words import linking

MOST_TRIES = 8
BUSY = "A short link could not be made: try again."
Name = Callable[[], str]


def new_code() -> str:
    """A name that nobody can guess; no secret is needed for it, and none can be lost."""
    return "".join(secrets.choice(linking.LETTERS) for _ in range(linking.CODE_LENGTH))


def shortened(
    body: str, origin: str, phone: str, now: datetime, policy: Policy, name: Name = new_code
) -> str:
    """The words as they leave to that number, in the text of that origin; safe to repeat.

    `now` is when it is to leave: from then on its links live.
    """
    base = policy.automation.links

    def code(target: str) -> str:
        return _kept(origin, target, phone, now, policy, name)

    return linking.replaced(body, base, code)


def likewise(body: str, origin: str, phone: str, now: datetime, policy: Policy) -> str:
    """New words of a text: short links are made in them if the text had some before."""
    match = {"origin": origin, "target": {"$exists": True}}
    known = Link._get_collection().find_one(match, {"_id": 1})
    return shortened(body, origin, phone, now, policy) if known else body


def measured(body: str, policy: Policy) -> str:
    """Words that weigh the same as the shortened ones; nothing is written."""
    return linking.measured(body, policy.automation.links)


def lasting(origin: str, at: datetime, policy: Policy) -> None:
    """The text of that origin leaves at another time: its links live their time from then on."""
    match = {"origin": origin, "target": {"$exists": True}}
    until = at + policy.automation.link_life
    Link._get_collection().update_many(match, {"$max": {"expiresAt": until}})


def _kept(origin: str, target: str, phone: str, now: datetime, policy: Policy, name: Name) -> str:
    """The code of the link from that text to there, made if need be."""
    known = {"origin": origin, "target": target}
    for _ in range(MOST_TRIES):
        made = _made(name(), phone, now, policy)
        try:
            found: dict[str, Any] = Link._get_collection().find_one_and_update(
                known,
                {"$setOnInsert": made},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:
            continue  # the name is another's, or somebody made the same link just now
        return str(found["code"])
    raise Conflict(BUSY)


def _made(code: str, phone: str, now: datetime, policy: Policy) -> dict[str, Any]:
    automation = policy.automation
    return {
        "code": code,
        "url": linking.short(automation.links, code),
        "phone": phone,
        "clicks": 0,
        "createdAt": now,
        "expiresAt": now + automation.link_life,
        "rev": 1,
    }
