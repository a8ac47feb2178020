"""Numbers with a state that no event explains: a no is written down, a yes does not count."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from bson import ObjectId
from pymongo.client_session import ClientSession

from domain.model import Number, NumberKey
from domain.rules.consent.ledger import Standing
from domain.services.consent import Statement, along, standing
from domain.services.ledger.pages import Raw, at_once, pages

UNKNOWN = "number {} (of no event): {} is not explained by the ledger"
FOUND = "Found without an event when the states were rebuilt."


def found(now: datetime, seen: Callable[[int], None], *, mend: bool) -> Iterator[str]:
    """A line for each number that has a state without any event."""
    for page in pages(Number, {}):
        phones = [raw["phone"] for raw in page]
        known = NumberKey.objects(phone__in=phones, current=True).only("phone")
        explained = {one.phone for one in known}
        for raw in page:
            if raw["phone"] not in explained and standing.read(raw) != Standing():
                line = at_once(partial(_settled, number_id=raw["_id"], now=now, mend=mend))
                yield from [line] if line else []
        seen(len(page))


def _settled(
    session: ClientSession, number_id: ObjectId, now: datetime, *, mend: bool
) -> str | None:
    """The line about one of them, if it still holds; mended along with it."""
    raw: Raw | None = Number._get_collection().find_one({"_id": number_id}, session=session)
    if raw is None or NumberKey._get_collection().find_one(
        {"phone": raw["phone"], "current": True}, session=session
    ):
        return None
    was = standing.read(raw)
    names = [name for name in standing.NAMES if getattr(was, name) != getattr(Standing(), name)]
    if mend:
        blank = standing.update(Standing())
        Number._get_collection().update_one({"_id": number_id}, blank, session=session)
        for kind, at in _refused(was).items():
            action, _, scope = kind.partition("/")
            said = Statement(
                action, "other", at or now, level="none", scope=scope or "all", note=FOUND
            )
            along(session, f"found:{kind}/{number_id}", raw["phone"], said, now)
    return UNKNOWN.format(number_id, ", ".join(names)) if names else None


def _refused(was: Standing) -> dict[str, datetime | None]:
    """What is refused there, or may be, each with since when, where that is known."""
    noes = {
        "opt_out": (was.blocked, was.blocked_at),
        "opt_out/program": (was.declined, was.declined_at),
        "held": (was.held, was.held_at),
        "do_not_call": (was.do_not_call, was.dnc_at),
    }
    return {kind: since for kind, (refused, since) in noes.items() if refused}
