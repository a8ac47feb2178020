"""What a contact shows of consent: it only mirrors the person's numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.model import Number
from domain.services import numbers

Raw = Mapping[str, Any]
DATE, IP = "consent.consentDate", "consent.consentIp"


def view(first: str, theirs: Sequence[Number]) -> dict[str, Any]:
    """What is to be shown, by stored paths; None where nothing may be."""
    fields = numbers.person(first, theirs)
    own = next((one for one in theirs if one.phone == first), None)
    if own and own.consent_at:
        fields[DATE] = own.consent_at
    elif own and own.voided_at:
        fields |= {DATE: None, IP: None}
    if any(one.do_not_call for one in theirs):
        fields["doNotCall"] = True
    return fields


def update(fields: Raw) -> dict[str, Any]:
    """The update by which a contact shows that."""
    shown = {path: value for path, value in fields.items() if value is not None}
    gone = dict.fromkeys(fields.keys() - shown.keys(), "")
    return {"$set": shown, "$inc": {"rev": 1}} | ({"$unset": gone} if gone else {})


def wrong(contact: Raw, fields: Raw) -> list[str]:
    """The paths at which the stored contact shows something else."""
    return [
        path for path, value in fields.items() if (_at(contact, path) or None) != (value or None)
    ]


def _at(document: Any, path: str) -> Any:
    for step in path.split("."):
        document = document.get(step) if isinstance(document, Mapping) else None
    return document
