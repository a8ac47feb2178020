"""Contacts of another CRM."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.rules.legacy.shapes import PERSON, fitted, gone_of, sound
from domain.rules.legacy.values import Raw, made_at, moment, number, part, texts
from domain.rules.search import found_by

UNREADABLE = "phone {phone} cannot be read"
NO_PHONE = "it has no phone"
WORDS = {
    "status": {},
    "lastContactMethod": {"in_person": "in-person", "in person": "in-person", "call": "phone"},
}


@dataclass(frozen=True)
class Person:
    """What to set and to take away, the numbers in E.164, and what is wrong with the others."""

    changes: dict[str, Any]
    gone: tuple[str, ...]
    phones: tuple[str, ...]
    found_by: Mapping[str, list[str]]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Agreement:
    """An opt-in as it was kept: no wording, but when, whence, and with which flags."""

    at: datetime
    written: bool
    disclosed: bool
    ip: str | None = None


def person(raw: Raw, region: str, now: datetime) -> Person:
    """The contact's changes; a number that cannot be read stays as it was typed and is told."""
    found = fitted(raw, PERSON)
    raw = sound(raw, found)
    typed = list(dict.fromkeys([*texts(raw.get("phone")), *texts(raw.get("phones"))]))
    read = {one: number(one, region) for one in typed}
    good = tuple(dict.fromkeys(one for one in read.values() if one))
    made = made_at(raw, now)
    changes = (
        found.changes
        | _described(raw)
        | {
            "createdAt": made,
            "updatedAt": moment(raw.get("updatedAt")) or made,
            "rev": raw.get("rev") or 1,
            "phone": good[0] if good else (typed or [""])[0],
        }
    )
    words = (raw.get(name) for name in ("firstName", "lastName", "email"))
    called, notes = [word for word in words if isinstance(word, str)], raw.get("notes")
    return Person(
        changes=changes,
        gone=gone_of(raw, changes, found, "email"),
        phones=good,
        found_by=found_by(called, good, notes if isinstance(notes, str) else None),
        problems=(*_problems([one for one in typed if not read[one]], good), *found.told),
    )


def agreement(raw: Raw, now: datetime) -> Agreement | None:
    """The opt-in that the contact carries; None when it carries none."""
    if part(raw, "preferences").get("smsOptIn") is not True:
        return None
    shown = part(raw, "consent")
    ip = shown.get("consentIp")
    return Agreement(
        at=min(moment(shown.get("consentDate")) or made_at(raw, now), now),
        written=shown.get("marketingConsent") is True,
        disclosed=shown.get("tcpaConsent") is True,
        ip=ip if isinstance(ip, str) and ip else None,
    )


def _problems(bad: list[str], good: tuple[str, ...]) -> list[str]:
    if bad:
        return [UNREADABLE.format(phone=", ".join(repr(one) for one in bad))]
    return [] if good else [NO_PHONE]


def _described(raw: Raw) -> dict[str, Any]:
    """What is written otherwise than we write it; all else is left as it is."""
    fields: dict[str, Any] = {name: raw.get(name) or "" for name in ("firstName", "lastName")}
    fields["firstName"] = fields["firstName"] or fields["lastName"] or str(raw.get("phone") or "?")
    for name, others in WORDS.items():
        if isinstance(said := raw.get(name), str):
            plain = said.strip().lower()
            fields[name] = others.get(plain, plain)
    fields |= {"email": email} if (email := _email(raw)) else {}
    if (agent := raw.get("assignedAgent")) is not None:
        fields["assignedAgent"] = str(agent)
    if (tags := raw.get("tags")) is not None:
        fields["tags"] = list(dict.fromkeys(" ".join(tag.split()) for tag in texts(tags)))
    return {name: value for name, value in fields.items() if value != raw.get(name)}


def _email(raw: Raw) -> str | None:
    said = raw.get("email")
    return said.strip().lower() or None if isinstance(said, str) else None
