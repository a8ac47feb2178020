"""The subjects of `subjects.toml`: one group of words each, and what to do about them."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

LISTS = Path(__file__).with_name("subjects.toml")


@dataclass(frozen=True)
class Subject:
    """`words` and `unless` are patterns in the file's own small language.

    `toll_free`: it matters for texts from a toll-free number alone.
    """

    code: str
    name: str
    advice: str
    words: tuple[str, ...]
    unless: tuple[str, ...] = ()
    toll_free: bool = False


def read(path: Path = LISTS) -> tuple[Subject, ...]:
    """All of them, in the file's order."""
    kept = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Subject(**one | {name: tuple(one.get(name, ())) for name in ("words", "unless")})
        for one in kept["subject"]
    )
