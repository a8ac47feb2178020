"""Pictures and files that programs bring: taken in, attached to texts, and cleared away."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import BinaryIO

from bson import ObjectId

from domain.errors import FieldError, InvalidInput
from domain.model import Attachment, Message
from domain.ports import Files, StoredFile
from domain.rules import media as rules

KIND = "media"
MOST = 10
UNUSED = timedelta(hours=24)
"""So long an upload waits for a text that uses it."""
PIECE = 65_536

EMPTY = "This file is empty."
UNFIT = "Carriers do not take files of this type."
UNFIT_HELP = (
    "Send a JPEG, PNG or GIF picture up to 5 MB, or a PDF, vCard, calendar, MP4, 3GPP, QuickTime, "
    "MP3, M4A, OGG or AMR file up to 500 kB."
)
TOO_LARGE = "This file has {size:,} bytes; one of its type may have {most:,}."
TOO_LARGE_HELP = "Make it smaller: a picture in fewer pixels, a film in fewer seconds."
TOO_MANY = f"A text can have at most {MOST} pictures and files, mediaIds and mediaUrls together."
TOGETHER = "These files have {size:,} bytes together; one text can carry {most:,}."
MISSING = "There is no upload with the id {id}: unused ones are gone after a day."


def upload(files: Files, name: str, source: BinaryIO, now: datetime) -> StoredFile:
    """Keep a file that a text may use; InvalidInput MEDIA_REJECTED for what no carrier takes."""
    size = source.seek(0, 2)
    source.seek(0)
    kind = rules.kind_of(source.read(rules.HEAD))
    if not size:
        raise _rejected("file", EMPTY, UNFIT_HELP)
    if kind is None:
        raise _rejected("file", UNFIT, UNFIT_HELP)
    if size > (most := rules.most_bytes(kind)):
        raise _rejected("file", TOO_LARGE.format(size=size, most=most), TOO_LARGE_HELP)
    named = rules.safe_name(name, kind)
    return files.put(named, kind, _pieces(source), kind=KIND, now=now, expires_at=now + UNUSED)


def chosen(files: Files, ids: Sequence[str], now: datetime) -> tuple[StoredFile, ...]:
    """The uploads of these ids, sure to stay until a text uses them; InvalidInput otherwise."""
    if len(ids) > MOST:
        raise _rejected("mediaIds", TOO_MANY)
    found = tuple(_kept(files, file_id, now) for file_id in ids)
    size = sum(one.size for one in found)
    if size > rules.MOST_TOGETHER:
        raise _rejected("mediaIds", TOGETHER.format(size=size, most=rules.MOST_TOGETHER))
    return tuple(replace(one, expires_at=None) for one in found)


def attached(files: Sequence[StoredFile]) -> list[Attachment]:
    """As a text holds them."""
    return [
        Attachment(
            file_id=ObjectId(one.id),
            content_type=one.content_type,
            size=one.size,
            sha256=one.sha256,
            name=one.name,
        )
        for one in files
    ]


def tidy(files: Files, now: datetime) -> int:
    """Remove uploads that no text uses, and whatever else has expired; how many."""
    return files.tidy(now, lambda stored: stored.kind == KIND and _is_used(stored.id))


def _is_used(file_id: str) -> bool:
    match = {"media.fileId": ObjectId(file_id)}
    return Message._get_collection().find_one(match, {"_id": 1}) is not None


def _kept(files: Files, file_id: str, now: datetime) -> StoredFile:
    """What a text will use must outlive the moment until the text is committed."""
    known = files.find(file_id)
    found = files.keep(file_id, now + UNUSED) if known and known.kind == KIND else None
    if found is None:
        raise _rejected("mediaIds", MISSING.format(id=file_id[:40]), "Upload it with uploadMedia.")
    return found


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    source.seek(0)
    while piece := source.read(PIECE):
        yield piece


def _rejected(field: str, reason: str, help: str | None = None) -> InvalidInput:
    fields = (FieldError(field, reason),)
    return InvalidInput(reason, code="MEDIA_REJECTED", fields=fields, help=help)
