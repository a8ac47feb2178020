"""Which state and which zones a ZIP, an area code or a state's name stands for."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("places.toml")
LONGEST_BEGIN, SHORTEST_BEGIN = 5, 3


@dataclass(frozen=True)
class Geography:
    """Looked up by two letters, by a name in lower case, by area code, by the begin of a ZIP."""

    states: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    areas: Mapping[str, str]
    zips: Mapping[str, str]
    splits: Mapping[str, tuple[str, ...]]

    def state(self, said: str | None) -> str | None:
        """The two letters of a state as people write it."""
        plain = " ".join((said or "").replace(".", "").split())
        letters = plain.upper()
        return letters if letters in self.states else self.names.get(plain.lower())

    def state_of_zip(self, code: str | None) -> str | None:
        """The state in which that ZIP is."""
        return self.zips.get((code or "").strip()[:SHORTEST_BEGIN]) if _is_zip(code) else None

    def zones_of_zip(self, code: str | None) -> tuple[str, ...]:
        """The zones that it may be in; empty where that is not known."""
        if not _is_zip(code):
            return ()
        plain = (code or "").strip()
        for length in range(LONGEST_BEGIN, SHORTEST_BEGIN - 1, -1):
            if found := self.splits.get(plain[:length]):
                return found
        return self.states.get(self.zips.get(plain[:SHORTEST_BEGIN], ""), ())


@lru_cache(1)
def geography() -> Geography:
    """Read once, when it is first needed."""
    told = tomllib.loads(FILE.read_text("utf-8"))
    states: dict[str, Any] = told["states"]
    return Geography(
        states={key: tuple(one["zones"]) for key, one in states.items()},
        names={one["name"].lower(): key for key, one in states.items()},
        areas={area: key for key, one in states.items() for area in one["areas"].split()},
        zips={begin: key for key, one in states.items() for begin in _begins(one["zips"])},
        splits={
            begin: tuple(one["zones"]) for one in told["splits"] for begin in _begins(one["zips"])
        },
    )


def _is_zip(code: str | None) -> bool:
    """Five digits, perhaps with four more: other countries' codes are no ZIPs."""
    first, _, rest = (code or "").strip().partition("-")
    return _digits(first, LONGEST_BEGIN) and (not rest or _digits(rest, 4))


def _digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdigit()


def _begins(said: str) -> Iterable[str]:
    """`350-352 354` as each of them."""
    for part in said.split():
        first, _, last = part.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield str(number).zfill(len(first))
