"""The proof for programs: one JSON document, one line for each thing in it."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from domain.services.proof.gathering import Dossier, Raw
from domain.services.proof.sealing import sealed


def document(dossier: Dossier) -> Iterator[bytes]:
    """Piece by piece."""
    return sealed(_pieces(dossier), lambda digest: f'"sha256": "{digest}"}}')


def _pieces(dossier: Dossier) -> Iterator[bytes]:
    yield f'{{"head": {_json(dossier.head)},\n"contact": {_json(dossier.contact)}'.encode()
    for name, items in dossier.lists:
        yield from _list(name, items)
    yield b",\n"


def _list(name: str, items: Iterable[Raw]) -> Iterator[bytes]:
    yield f',\n"{name}": ['.encode()
    between = "\n"
    for item in items:
        yield f"{between}{_json(item)}".encode()
        between = ",\n"
    yield b"]"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=plain)


def plain(value: object) -> str:
    """Moments in ISO 8601; ids, decimals and whatever else as their text."""
    if isinstance(value, datetime):
        utc = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value)
