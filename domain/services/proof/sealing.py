"""Bytes that end with a line of their own hash."""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256


def sealed(pieces: Iterable[bytes], last: Callable[[str], str]) -> Iterator[bytes]:
    """The pieces, which end with a line break, then one line that has their SHA-256 in hex."""
    digest = sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    yield f"{last(digest.hexdigest())}\n".encode()
