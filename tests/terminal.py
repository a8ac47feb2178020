"""The command as an operator types it: a process of its own in an empty directory."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST_SECONDS = 120
START = "import cli; cli.main()"


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    def complaints(self) -> list[str]:
        """The plain lines of a command that refused; fails when there is anything else."""
        assert self.code == 2, self
        lines = self.err.splitlines()
        assert all(line.startswith("threadline: ") for line in lines), self.err
        return [line.removeprefix("threadline: ") for line in lines]


@dataclass(frozen=True)
class Terminal:
    """Runs commands with these settings and no others."""

    folder: Path
    settings: Mapping[str, str]

    def run(self, *words: str, **settings: str) -> Outcome:
        """One command, to its end."""
        with self.running(*words, **settings) as process:
            out, err = process.communicate(timeout=LONGEST_SECONDS)
        return Outcome(process.returncode, out, err)

    @contextmanager
    def running(self, *words: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
        """One command, ended at the latest when the block ends."""
        own = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            [sys.executable, "-c", START, *words],
            cwd=self.folder,
            env=own | dict(self.settings) | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()  # does nothing to one that has ended
            process.wait(LONGEST_SECONDS)
            for pipe in (process.stdout, process.stderr):
                if pipe:
                    pipe.close()

    def stopped(self, process: subprocess.Popen[str], number: signal.Signals) -> Outcome:
        """How a running command ends when it is told to."""
        process.send_signal(number)
        out, err = process.communicate(timeout=LONGEST_SECONDS)
        return Outcome(process.returncode, out, err)


def is_line(text: str) -> bool:
    """Whether that is one sentence for people: no traceback, no library's words."""
    return bool(re.fullmatch(r"[A-Z`.][^\n]{10,300}\.", text)) and "Error" not in text
