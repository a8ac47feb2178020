"""The examples of docs/api.md as programs: one of each language, every block marked."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.graph.node import CLIENTS, NODE

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "=== example"
LONGEST_SECONDS = 120
SAYING = {"sh": 'echo "{}"', "python": 'print("{}", flush=True)', "js": 'console.log("{}");'}
STARTING: dict[str, Sequence[str]] = {
    "sh": ("bash", "-e"),
    "python": (sys.executable, "-W", "error", "-"),
    "js": (str(NODE), "--input-type=module", "-"),
}


@dataclass(frozen=True)
class Example:
    """One block, and what it is to print; `…` stands for anything."""

    language: str
    program: str
    printed: str

    def fits(self, output: str) -> bool:
        """Whether that is what the page says, spaces apart."""
        pieces = [re.escape("".join(piece.split())) for piece in self.printed.split("…")]
        return bool(re.fullmatch(".+?".join(pieces), "".join(output.split()), re.DOTALL))


def examples(page: Path) -> list[Example]:
    """All blocks of a page that can be run, in order."""
    found: list[Example] = []
    for language, content in FENCE.findall(page.read_text(encoding="utf-8")):
        if language == "text":
            last = found.pop()
            found.append(Example(last.language, last.program, content))
        else:
            found.append(Example(language, content, ""))
    return found


def outputs(
    language: str, blocks: Sequence[Example], folder: Path, settings: dict[str, str]
) -> Iterator[str]:
    """What each of the blocks prints, when they are run as one program."""
    marked = [f"{SAYING[language].format(MARK)}\n{block.program}" for block in blocks]
    done = subprocess.run(
        STARTING[language],
        input="\n".join(marked),
        # JavaScript finds its packages from where it runs.
        cwd=CLIENTS if language == "js" else folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | settings,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    yield from done.stdout.split(f"{MARK}\n")[1:]
