"""Lines of a contact's timeline in words: what happened, and who did it as authors are stored."""

from dataclasses import dataclass
from typing import Any

from domain.rules import sentences
from domain.services.consent import Entry

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
            said: Entry = entry["said"]
            return Telling("consent", _consent(said), said.recorded_by.to_mongo().to_dict())
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


def _consent(said: Entry) -> str:
    return sentences.of_consent(
        said.action, said.level, said.method, said.phone, said.at, said.recorded_at
    )


def _author(stored: object) -> dict[str, Any]:
    """An author as we store them; an earlier program kept a name, or nothing."""
    if isinstance(stored, dict):
        return stored
    return {"kind": "system", "key": str(stored or "")}
