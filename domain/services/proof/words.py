"""What stored things mean, in words for a reader who knows nothing of the product."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from domain.rules import phone
from domain.rules.sentences import FATES
from domain.services.proof.gathering import Raw

MOMENT = "%Y-%m-%d %H:%M:%S UTC"
LEVELS = {"express": "agreed to texts", "written": "agreed in writing, also to advertising"}
SOURCES = {"agent": "agent", "token": "program", "system": "Threadline itself"}
PURPOSES = {
    "conversation": "conversation",
    "informational": "information",
    "marketing": "advertising",
    "auto_reply": "automatic answer",
    "help": "answer to HELP",
    "optout_confirmation": "confirmation of an opt-out",
}
SAID = {
    "delivered": "Delivered",
    "sent": "Sent",
    "received": "Received",
    "queued": "Waiting to be sent",
    "sending": "Being sent",
}

LISTED = {
    "waiting": "on its list, and had no text of it",
    "queued": "sent its text: see the texts below",
    "excluded": "left out",
}


def moment(value: object) -> str:
    """A stored moment, always in UTC; what is none as it is."""
    if not isinstance(value, datetime):
        return str(value or "")
    utc = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return utc.strftime(MOMENT)


def number(raw: Raw) -> Iterator[tuple[str, str]]:
    """How a number stands, as labels with their facts."""
    yield "Texts", "blocked" if raw.get("blocked") else "not blocked"
    yield "Blocked since", moment(raw.get("blockedAt"))
    level = str(raw.get("level") or "none")
    yield "Consent", LEVELS.get(level, "none on record")
    yield "Consent since", moment(raw.get("consentAt"))
    yield "Waiting to confirm", LEVELS.get(str(raw.get("pending")), "")
    yield "Advertising", "refused" if raw.get("declined") else ""
    yield "Held since", moment(raw.get("heldAt")) if raw.get("held") else ""
    yield "Do-not-call list", "they are on it" if raw.get("doNotCall") else ""
    yield "On it since", moment(raw.get("dncAt")) if raw.get("doNotCall") else ""
    yield "Business relationship until", moment(raw.get("ebrUntil"))
    yield "Last known to be theirs", moment(raw.get("verifiedAt"))
    yield "Found to be somebody else's", moment(raw.get("voidedAt"))


def author(raw: Any) -> str:
    """Who did it: the name or key, and what they are."""
    if not raw:
        return ""
    kind = SOURCES.get(str(raw.get("kind")), str(raw.get("kind") or ""))
    called = raw.get("name") or raw.get("key")
    return f"{called} ({kind})" if called else kind


def status(raw: Raw) -> str:
    """What became of a text."""
    word = str(raw.get("status") or "")
    return SAID.get(word) or FATES.get(word) or word


def decision(raw: Raw) -> str:
    """One verdict of the gate with its reasons."""
    because = ", ".join(str(one).replace("_", " ") for one in raw.get("reasons") or ())
    if raw.get("allowed"):
        said = "May leave"
    elif raw.get("earliest"):
        said = f"Kept until {moment(raw['earliest'])}"
    else:
        said = "Refused"
    code = f" [{raw['code']}]" if raw.get("code") else ""
    told = f" {raw['message']}" if raw.get("message") else ""
    version = f" (rules {raw['rulesVersion']})" if raw.get("rulesVersion") else ""
    return f"{said}: {because}{code}.{told}{version}"


def decisions(raw: Raw) -> list[tuple[str, str]]:
    """All verdicts on a text with their moments; of former times only the last was kept."""
    kept = raw.get("decisions") or [one for one in (raw.get("decision"),) if one]
    return [(moment(one.get("at")), decision(one)) for one in kept]


def steps(raw: Raw) -> str:
    """The history of a text's status on one line."""
    lines = raw.get("statusHistory") or ()
    return " → ".join(f"{one.get('status')} {moment(one.get('at'))}" for one in lines)


def files(raw: Raw) -> list[str]:
    """What went with a text: its type, size and hash; of what was not copied, the address."""
    ours = [
        f"{one.get('name') or 'file'}, {one.get('contentType')}, {one.get('bytes'):,} bytes, "
        f"SHA-256 {one.get('sha256')}"
        for one in raw.get("media") or ()
    ]
    return [*ours, *map(str, raw.get("mediaUrls") or ())]


def national(value: object) -> str:
    """A number as its country writes it, and as it is stored."""
    stored = str(value or "")
    spoken = phone.national(stored)
    return stored if spoken == stored else f"{spoken} ({stored})"
