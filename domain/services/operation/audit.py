"""The audit log: who did what, when, to whom and from where.

What destroys or discloses is written down before it is done, so that nothing happens unseen; if it
then fails, a second entry says so. What makes something is written down after it, and before
whoever asked is answered. Entries are only ever added.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from domain.errors import DomainError
from domain.model import AuditEntry, Author
from domain.services.lists.wanted import Wanted, one_of

REFUSED = "refused"
LONGEST_FACT = 100
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?")
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_ADDRESS = (  # four groups of digits alone may be a number in some countries
    rf"(?:(?<=//){_OCTET}|(?<![\d.+-])(?:127|10|192(?=\.168\.)))"
    rf"(?:\.{_OCTET}){{3}}(?::\d{{1,5}})?(?![\d.-])"
)
_NUMBER = re.compile(rf"(?P<plain>{_ADDRESS})|\+?\d[\d ().-]{{5,}}\d")
"""What may be somebody's number; addresses of machines are none."""
Raw = dict[str, Any]
Fact = str | int | float | bool | None


def record(
    action: str,
    by: Author,
    now: datetime,
    subject: object = None,
    *,
    ip: str | None = None,
    **facts: Fact,
) -> None:
    """Write it down. A fact that is None is none."""
    _add(_entry(action, by, now, subject, ip, facts))


def together(
    session: ClientSession | None, action: str, by: Author, now: datetime, subject: object
) -> None:
    """Write it down in the transaction that does it."""
    _add(_entry(action, by, now, subject, None, {}), session)


@contextmanager
def noted(
    action: str,
    by: Author,
    now: datetime,
    subject: object = None,
    *,
    ip: str | None = None,
    **facts: Fact,
) -> Iterator[None]:
    """Write it down before what is done inside; if that is refused, this too."""
    _add(_entry(action, by, now, subject, ip, facts))
    try:
        yield
    except DomainError as error:
        _add(_entry(action, by, now, subject, ip, {**facts, "failed": error.code}))
        raise


def refused(by: Author, now: datetime, deed: str, ip: str | None = None) -> None:
    """Somebody tried what their role does not allow; once an hour for each such deed."""
    origin = f"{REFUSED}:{by.kind}/{by.key}/{deed}/{now:%Y-%m-%dT%H}"
    made = _entry(REFUSED, by, now, None, ip, {"deed": deed})
    made.origin = origin
    with suppress(DuplicateKeyError):
        _add(made)


def operator(name: str) -> Author:
    """Whoever sits at the machine, by their account there."""
    return Author(kind="operator", key=name, name=f"{name} (command line)")


def wanted(subject: str | None = None) -> Wanted:
    """All entries, or those about one subject."""
    return Wanted((one_of("subject", "subject", (subject,)),)) if subject else Wanted()


def listed(subject: str | None, most: int) -> list[Raw]:
    """The latest entries as stored, the newest first."""
    match = wanted(subject).match
    newest = [("createdAt", -1), ("_id", -1)]
    return list(AuditEntry._get_collection().find(match).sort(newest).limit(most))


def all_of(subject: str | None) -> Iterator[Raw]:
    """Every entry as stored, in order, read a little at a time."""
    match = wanted(subject).match
    return iter(AuditEntry._get_collection().find(match).sort([("createdAt", 1), ("_id", 1)]))


def _entry(
    action: str,
    by: Author,
    now: datetime,
    subject: object,
    ip: str | None,
    facts: Mapping[str, Fact],
) -> AuditEntry:
    return AuditEntry(
        action=action,
        by=by,
        subject=None if subject is None else str(subject),
        ip=ip,
        facts={name: _short(value) for name, value in facts.items() if value is not None},
        created_at=now,
    )


def _add(made: AuditEntry, session: ClientSession | None = None) -> None:
    AuditEntry._get_collection().insert_one(made.to_mongo().to_dict(), session=session)


def _short(value: Fact) -> str:
    """Without whole numbers, whatever somebody put into a name."""
    told = str(value)
    if _MOMENT.fullmatch(told):
        return told
    plain = _NUMBER.sub(_masked, told)
    return plain if len(plain) <= LONGEST_FACT else f"{plain[: LONGEST_FACT - 1]}…"


def _masked(found: re.Match[str]) -> str:
    return found.group() if found["plain"] else f"…{found.group()[-4:]}"
