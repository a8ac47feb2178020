"""Files of our own, and the addresses under which they are fetched."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class StoredFile:
    """What is known of a file of ours; `size` in bytes, `sha256` in hex, `kind` what it is for.

    Once `expires_at` is past, it may be gone at any moment; None keeps it for good.
    """

    id: str
    name: str
    content_type: str
    size: int
    sha256: str
    expires_at: datetime | None
    kind: str


class Files(Protocol):
    """Our own files, whole or not there at all, written and read piece by piece."""

    def put(
        self,
        name: str,
        content_type: str,
        parts: Iterable[bytes],
        *,
        kind: str,
        now: datetime,
        expires_at: datetime | None = None,
    ) -> StoredFile:
        """Store one file; when `parts` raises, nothing of it stays."""

    def find(self, file_id: str) -> StoredFile | None:
        """What is known of it; None when there is none."""

    def read(self, file_id: str) -> Iterator[bytes]:
        """Its bytes, a piece at a time; NotFound when it is gone."""

    def passing(self, kind: str) -> Iterator[StoredFile]:
        """Those of that kind that will expire."""

    def delete(self, file_id: str) -> None:
        """Remove it, if it is there."""

    def keep(self, file_id: str, until: datetime) -> StoredFile | None:
        """Let it stay at least so long; None when it is gone already."""

    def tidy(self, now: datetime, used: Callable[[StoredFile], bool]) -> int:
        """Remove what has expired and what was left half-written; how many were removed.

        What is `used` after all stays for good.
        """


class Links(Protocol):
    """Addresses under which files can be fetched without a token."""

    def check(self) -> None:
        """Refused when there is no secret to sign with."""

    def link(self, file_id: str, until: datetime) -> str:
        """An absolute, signed address that works until then; Refused without a secret."""
