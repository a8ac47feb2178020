"""Twilio's webhook forms, read into what the domain knows; field names stop here."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from adapters.twilio.codes import advice
from domain.rules.phone import InvalidPhone, address
from domain.rules.status import report
from domain.values import InboundText, MediaRef, StatusReport

MOST_FIELDS = 500
LONGEST_SID = 64

_MEDIA_URL = re.compile(r"MediaUrl([0-9]{1,3})")


class BadForm(ValueError):
    """The form cannot be read, or lacks what makes it a text or a report; says which."""


def parse(raw_body: bytes) -> dict[str, str]:
    """Every field, also empty and unknown ones, without NULs; of a repeated one the first."""
    try:
        pairs = parse_qsl(
            raw_body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError as error:
        raise BadForm("The form is not readable as UTF-8 fields") from error
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name.replace("\0", ""), value.replace("\0", ""))
    return fields


def inbound(raw_body: bytes, trace: str | None = None) -> InboundText:
    """A customer's text; an empty body is kept, as are all media addresses.

    `trace` is that of the request.
    """
    fields = parse(raw_body)
    return InboundText(
        sid=_sid(fields),
        account_sid=fields.get("AccountSid", ""),
        sender=_address(fields, "From"),
        recipient=_address(fields, "To"),
        body=fields.get("Body", ""),
        media=_media(fields),
        service_sid=fields.get("MessagingServiceSid") or None,
        segments=_count(fields.get("NumSegments")),
        opt_out_type=fields.get("OptOutType", "").strip().upper() or None,
        raw=fields,
        trace=trace,
    )


def status(raw_body: bytes, message_id: str | None) -> StatusReport:
    """What became of a text; `message_id` is ours, from the callback's address."""
    fields = parse(raw_body)
    word = (fields.get("MessageStatus") or fields.get("SmsStatus") or "").strip()
    if not word:
        raise BadForm("The form has no MessageStatus")
    found = report(word)
    code = _count(fields.get("ErrorCode"))
    return StatusReport(
        sid=_sid(fields),
        message_id=message_id or None,
        word=word,
        status=found.status if found else None,
        rank=found.rank if found else None,
        error_code=code,
        advice=advice(code) if code else None,
        raw=fields,
    )


def _sid(fields: Mapping[str, str]) -> str:
    for name in ("MessageSid", "SmsSid", "SmsMessageSid"):
        if sid := fields.get(name, "").strip():
            if len(sid) > LONGEST_SID:
                break
            return sid
    raise BadForm("The form has no usable MessageSid")


def _address(fields: Mapping[str, str], name: str) -> str:
    try:
        return address(fields.get(name, ""))
    except InvalidPhone as error:
        raise BadForm(f"The form has no usable {name}") from error


def _media(fields: Mapping[str, str]) -> tuple[MediaRef, ...]:
    """All media in their order, whatever NumMedia says."""
    found = sorted(
        (int(match[1]), match[1])
        for name in fields
        if (match := _MEDIA_URL.fullmatch(name)) and fields[name]
    )
    return tuple(
        MediaRef(fields[f"MediaUrl{digits}"], fields.get(f"MediaContentType{digits}", ""))
        for _, digits in found
    )


def _count(text: str | None) -> int | None:
    """A small positive number, or None for anything else."""
    return int(text) if text and re.fullmatch(r"[1-9][0-9]{0,8}", text) else None
