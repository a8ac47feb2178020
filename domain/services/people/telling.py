"""Lines of a contact's timeline in words: what happened, and who did it as authors are stored."""

from dataclasses import dataclass
from typing import Any

from domain.rules import sentences

Raw = dict[str, Any]
CUSTOMER = "The contact"


@dataclass(frozen=True)
class Telling:
    """One line in words: its kind, its sentence and who did it, as authors are stored."""

    kind: str
    text: str
    author: dict[str, Any]


def telling(entry: Raw) -> Telling:
    """What a line of `people.timeline` says."""
    raw = entry["raw"]
    match entry["source"]:
        case "text":
            return _text(raw)
        case "consent":
            return Telling("consent", _consent(raw), _author(raw.get("recordedBy")))
    return Telling(raw.get("kind") or "note", raw.get("text") or "", _author(raw.get("author")))


def _text(raw: Raw) -> Telling:
    inbound = raw.get("direction") == "inbound"
    sentence = sentences.of_text(
        inbound,
        raw.get("status") or "",
        bool(raw.get("twilioMessageSid")),
        raw.get("body") or "",
    )
    if inbound:
        return Telling("text_in", sentence, {"kind": "system", "key": CUSTOMER})
    return Telling("text_out", sentence, _author(raw.get("sentBy")))


def _consent(raw: Raw) -> str:
    recorded_at = raw["recordedAt"]
    return sentences.of_consent(
        raw.get("action") or "",
        raw.get("level") or "",
        raw.get("method") or "other",
        raw["phone"],
        raw.get("at") or recorded_at,
        recorded_at,
    )


def _author(stored: object) -> dict[str, Any]:
    """An author as we store them; an earlier program kept a name, or nothing."""
    if isinstance(stored, dict):
        return stored
    return {"kind": "system", "key": str(stored or "")}
