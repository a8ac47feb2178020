"""The README's way from nothing to a number that answers, as what a new operator types."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAD, END = "\n## For real", "\n### Several workspaces"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLE = "https://texts.example.com"
LONGEST_SECONDS = 600


@dataclass(frozen=True)
class Block:
    """What is typed into a terminal (`sh`), or written into `.env` (`ini`)."""

    language: str
    content: str

    @property
    def words(self) -> tuple[str, ...]:
        """Of a block that is one command of ours, what follows `threadline`."""
        head, *rest = self.content.split()
        return tuple(rest) if head == "threadline" and "\n" not in self.content.strip() else ()


def section() -> str:
    """The operator's part of the README, for one workspace."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    start = text.index(HEAD)
    return text[start : text.index(END, start)]


def blocks() -> list[Block]:
    """Its blocks, in order."""
    return [Block(language, content) for language, content in FENCE.findall(section())]


def own(content: str, answers: Mapping[str, str]) -> str:
    """A block of settings with the operator's own values in the place of the examples."""
    lines = [line.partition("=") for line in content.splitlines()]
    return "".join(f"{name}={answers.get(name, value)}\n" for name, _, value in lines)


def typed(block: Block, folder: Path, address: str, environment: Mapping[str, str]) -> str:
    """What a block says when it is typed in that folder; it must not fail."""
    done = subprocess.run(
        ["sh", "-e", "-c", block.content.replace(EXAMPLE, address)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def written(block: Block, folder: Path, answers: Mapping[str, str]) -> None:
    """A block of settings is added to `.env`."""
    with (folder / ".env").open("a", encoding="utf-8") as file:
        file.write(own(block.content, answers))


def copied(folder: Path) -> None:
    """The project as git has it, in a folder of its own."""
    names = (".*_cache", ".git", ".venv", ".env", ".threadline", "__pycache__", "node_modules")
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*names))
