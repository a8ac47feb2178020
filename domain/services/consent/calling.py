"""Who must not be called: the wish of a person, kept with each of their numbers."""

from collections.abc import Iterable
from datetime import datetime

from bson import ObjectId

from domain.model import Author, Number
from domain.services.consent.recording import record
from domain.services.consent.statement import Statement


def mark(phones: Iterable[str], by: Author, now: datetime, *, on: bool) -> None:
    """Write that they must not be called, or may be again, for those of which it is new."""
    theirs = list(phones)
    marked = {one.phone for one in Number.objects(phone__in=theirs, do_not_call=True)}
    action = "do_not_call" if on else "callable"
    method = {"agent": "agent", "token": "api"}.get(by.kind, "other")
    said = Statement(action, method, now, level="none", recorded_by=by)
    for phone in (one for one in theirs if (one in marked) is not on):
        record(f"{action}:{ObjectId()}", phone, said, now)
