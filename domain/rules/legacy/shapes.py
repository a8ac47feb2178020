"""Which shape our fields have. What another CRM kept in another one is brought into it, or moved
aside under `legacy`, so that nothing is lost and nothing stumbles over it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

from domain.rules.legacy.values import Raw, hollow, moment, word

Read: TypeAlias = Callable[[object], Any]
Shape: TypeAlias = Mapping[str, "Read | Shape"]
ASIDE = "legacy"
ENDLESS = ("nan", "inf", "-inf", "NaN", "Infinity", "-Infinity")


def flag(value: object) -> bool | None:
    """Yes or no, as nothing else."""
    return value if isinstance(value, bool) else None


def whole(value: object) -> int | None:
    """A whole number, also written as a text."""
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def listed(value: object) -> list[str] | None:
    """A list of texts; empty places in it are nothing."""
    if not isinstance(value, list):
        return None
    words = [word(one) for one in value if one is not None]
    plain = [one for one in words if one is not None]
    return None if len(plain) < len(words) else plain if plain != value else value


def amount(value: object) -> object:
    """A number of any kind."""
    kinds = (int, float, Decimal)
    fits = isinstance(value, kinds) or type(value).__name__ == "Decimal128"
    return value if fits and not isinstance(value, bool) and str(value) not in ENDLESS else None


def steps(value: object) -> list[Any] | None:
    """A history of states, each with its moment."""
    fits = isinstance(value, list) and all(
        isinstance(one, Mapping)
        and isinstance(one.get("status"), str)
        and isinstance(one.get("at"), datetime)
        and isinstance(one.get("errorCode"), int | None)
        for one in value
    )
    return value if isinstance(value, list) and fits else None


def nothing(_: object) -> None:
    """A name that means something else with us."""


TEXTS = dict.fromkeys(("street", "city", "state", "zip"), word)
PERSON: Shape = {
    **dict.fromkeys(("firstName", "lastName", "email", "source", "notes", "status"), word),
    **dict.fromkeys(("lastContactMethod", "timezone"), word),
    "address": TEXTS,
    "tags": listed,
    "interests": {
        **dict.fromkeys(("buying", "selling"), flag),
        **dict.fromkeys(("propertyTypes", "locations"), listed),
        "priceRange": {"min": amount, "max": amount},
        "timeframe": word,
    },
    "preferences": {
        **dict.fromkeys(("smsOptIn", "emailOptIn", "callOptIn"), flag),
        "preferredContactMethod": word,
    },
    "consent": {
        **dict.fromkeys(("marketingConsent", "tcpaConsent"), flag),
        "consentDate": moment,
        "consentIp": word,
    },
    "lastContactDate": moment,
    "customFields": {},
    "doNotCall": flag,
    **dict.fromkeys(("origin", "mergedIds", "erasingSince"), nothing),
}
TEXT: Shape = {
    **dict.fromkeys(("body", "priceUnit", "errorMessage", "twilioMessageSid"), word),
    **dict.fromkeys(("errorCode", "segments"), whole),
    **dict.fromkeys(("sendAt", "deliveredAt", "readAt", "twilioCreatedAt"), moment),
    "mediaUrls": listed,
    "tags": listed,
    "statusHistory": steps,
    **dict.fromkeys(("media", "mediaTypes", "sentBy", "decision", "retryOf", "raw"), nothing),
    **dict.fromkeys(("dispatch", "relay", "effects", "shadow", "notices", "recall"), nothing),
}


@dataclass
class Fitted:
    """What to set, by dotted paths, and what to take away; what did not fit is under `legacy`."""

    changes: dict[str, Any] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    @property
    def told(self) -> list[str]:
        """What somebody should know of it."""
        names = ", ".join(self.strange)
        return [f"{names} cannot be read, and is kept under `{ASIDE}`"] if names else []


def fitted(raw: Raw, shape: Shape) -> Fitted:
    """The document's fields in that shape; nulls are left to others."""
    found = Fitted()
    _fit(raw, shape, "", found)
    return found


def sound(raw: Raw, found: Fitted) -> dict[str, Any]:
    """The top-level fields as they will be, for reading on."""
    whole_ = {name: value for name, value in found.changes.items() if "." not in name}
    return {**{name: one for name, one in raw.items() if name not in found.gone}, **whole_}


def gone_of(raw: Raw, changes: Raw, found: Fitted, *empty: str) -> tuple[str, ...]:
    """All that is taken away and not set: strange things, nulls, and of `empty` what is empty."""
    return tuple(sorted({*hollow(raw, changes, *empty), *found.gone} - changes.keys()))


def _fit(raw: Raw, shape: Shape, above: str, found: Fitted) -> None:
    for name, wanted in shape.items():
        value, path = raw.get(name), f"{above}{name}"
        if value is None:
            continue
        if isinstance(wanted, Mapping):
            if isinstance(value, Mapping):
                _fit(value, wanted, f"{path}.", found)
            else:
                _aside(path, value, found)
            continue
        read = wanted(value)
        if read is None:
            _aside(path, value, found)
        elif read is not value:
            found.changes[path] = read


def _aside(path: str, value: object, found: Fitted) -> None:
    found.changes[f"{ASIDE}.{path.replace('.', '_')}"] = value
    found.gone.append(path)
    found.strange.append(path)
