"""Tables of contacts at the terminal: read in with a bar and a report, and written out."""

import hashlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from adapters.progress import progress
from adapters.startup import StartupError
from domain.model import Author, Import
from domain.policy import Policy
from domain.ports import Clock, Files
from domain.services.tables import exports, importing, imports

PIECE = 262_144
LOOK_AGAIN_SECONDS = 0.2
STANDARD_OUTPUT = "-"
ME = Author(kind="system", key="terminal", name="threadline import")
UNASKED = "Nobody is there to be asked: add --yes to import, or --dry-run to only look."

Say = Callable[[str], object]


@dataclass(frozen=True)
class Hands:
    """What reading a table takes."""

    files: Files
    clock: Clock
    policy: Policy

    def bring_in(
        self, path: Path, say: Say, *, dry_run: bool, agreed: Callable[[str], bool]
    ) -> Import | None:
        """The import as it ended; None when somebody who was asked did not agree.

        First a dry run says what would happen. An import of that very file that has not ended,
        because its process was killed, is gone on with.
        """
        known = None if dry_run else imports.unfinished(_digest(path))
        if known:
            say(f"Going on with the import of {known.created_at:%Y-%m-%d %H:%M} UTC.")
            return self._told(known, say)
        trial = self._told(self._started(path, dry_run=True), say)
        if dry_run or trial.status != "done":
            return trial
        if not agreed("Import them?"):
            return None
        return self._told(self._started(path, dry_run=False), say)

    def _started(self, path: Path, *, dry_run: bool) -> Import:
        return imports.start(
            path.name,
            lambda: _pieces(path),
            self.files,
            self.clock.now(),
            dry_run=dry_run,
            author=ME,
            region=self.policy.region,
        )

    def _told(self, made: Import, say: Say) -> Import:
        """Its report, once it has ended; whoever holds it, this process or a worker."""
        with progress("Looking" if made.dry_run else "Importing", made.total) as seen:
            done = 0
            while (now := imports.get(made.id)).status in imports.OPEN:
                seen(now.done - done)
                done = self._work(now, seen)
            seen(now.done - done)
        say(summary(now))
        for line in importing.report(now):
            say(f"  row {line.row}: {f'{line.field}: ' if line.field else ''}{line.message}")
        if now.noted > now.kept:
            say(f"  ... and {now.noted - now.kept:,} more such lines.")
        return now

    def _work(self, now: Import, seen: Callable[[int], None]) -> int:
        """One turn, if nobody else has it; how many rows are done as far as was told."""
        done = now.done

        def tell(held: Import) -> None:
            nonlocal done
            seen(held.done - done)
            done = held.done

        held = importing.claim(self.clock.now(), now.id)
        if held:
            tell(held)
            importing.work(held, self.files, self.clock, self.policy, tell)
        else:
            time.sleep(LOOK_AGAIN_SECONDS)
        return done


def summary(found: Import) -> str:
    """What came of it, in a few lines."""
    ended = {
        "done": "This is what would happen." if found.dry_run else "The import is done.",
        "canceled": "The import was called off.",
        "failed": f"The import failed: {found.problem}",
    }
    return "\n".join(
        [
            ended[found.status],
            f"  rows              {found.done:,} of {found.total:,}",
            f"  new contacts      {found.created:,}",
            f"  known contacts    {found.updated:,}",
            f"  left out          {found.failed:,}",
        ]
    )


def asked(question: str) -> bool:
    """What whoever sits before the terminal says; StartupError when nobody does."""
    if not sys.stdin.isatty():
        raise StartupError(UNASKED)
    sys.stdout.write(f"{question} [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def write_out(target: str) -> None:
    """Write all contacts into that file, whole or not at all; `-` for standard output."""
    if target == STANDARD_OUTPUT:
        with suppress(BrokenPipeError):  # whoever reads it has seen enough
            sys.stdout.buffer.writelines(exports.everybody())
        return
    part = Path(f"{target}.part")
    with _opened(part, "wb") as out:
        out.writelines(exports.everybody())
    part.replace(target)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for piece in _pieces(path):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(path: Path) -> Iterator[bytes]:
    with _opened(path, "rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _opened(path: Path, mode: str) -> BinaryIO:
    try:
        return path.open(mode)  # type: ignore[return-value]
    except OSError as error:
        raise StartupError(f"{path}: {error.strerror or 'It cannot be opened'}.") from error
