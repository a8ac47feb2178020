"""What became of everything, from the sandbox's own ledger: figures, and what must never be."""

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import orjson

from tests.bench.crowded import CALL, Raw
from tests.bench.feed import KEY
from tests.bench.relay import POST
from tests.load.audience import TUNING, Ear
from tests.load.traffic import ANSWERS, Traffic

SETTLING_SECONDS = 120.0
LOOK_SECONDS = 0.5
NUMBERED = re.compile(KEY.decode() + r"(\d{6})")


@dataclass(frozen=True)
class Evidence:
    """One reading of the ledger: which numbered texts stand in Slack, what left for whom."""

    lines: Sequence[Raw]

    @cached_property
    def shown(self) -> list[tuple[int, float]]:
        """Customers' texts in Slack, each with its moment."""
        found = self._numbered(POST, "text")
        return [(number, at) for number, at in found if number < ANSWERS]

    @cached_property
    def left(self) -> list[tuple[int, float]]:
        """Agents' answers that left."""
        return [one for one in self._numbered(CALL, "body") if ANSWERS <= one[0] < TUNING]

    @cached_property
    def advertised(self) -> list[tuple[str, float]]:
        """Numbers that the campaign's text left for."""
        calls = [one for one in self.lines if one["method"] == CALL]
        plain = [one for one in calls if not NUMBERED.search(one["args"].get("body", ""))]
        return [(one["args"]["to"], float(one["at"])) for one in plain]

    def _numbered(self, method: str, words: str) -> list[tuple[int, float]]:
        own = [one for one in self.lines if one["method"] == method]
        found = [(NUMBERED.search(one["args"].get(words) or ""), one) for one in own]
        return [(int(match[1]), float(one["at"])) for match, one in found if match]


def read(path: Path) -> Evidence:
    """The ledger as it is: all calls that were answered."""
    lines = map(orjson.loads, path.read_bytes().rpartition(b"\n")[0].splitlines())
    return Evidence([one for one in lines if one["type"] == "call"])


def settled(path: Path, traffic: Traffic, ears: Sequence[Ear]) -> tuple[Evidence, float]:
    """Wait until all has come to rest, within reason; the ledger then, and the seconds it took."""
    began = time.monotonic()

    def done(seen: Evidence) -> bool:
        heard = all(len(ear.heard) >= len(traffic.taken) for ear in ears)
        return (
            heard
            and len(seen.shown) >= len(traffic.taken)
            and len(seen.left) >= len(traffic.answered)
            and len(seen.advertised) >= traffic.load.recipients
        )

    while not done(seen := read(path)) and time.monotonic() - began < SETTLING_SECONDS:
        time.sleep(LOOK_SECONDS)
    return seen, time.monotonic() - began


@dataclass(frozen=True)
class Verdict:
    """Everything that may not be, one sentence each."""

    traffic: Traffic
    evidence: Evidence
    ears: Sequence[Ear] = field(repr=False)

    def complaints(self) -> Iterator[str]:
        """Nothing lost, nothing twice, everybody hears everything in one order."""
        lost = set(self.traffic.sent) - set(self.traffic.taken)
        yield from _told(lost, "texts were never acknowledged")
        yield from self._once("texts in Slack", self.traffic.taken, self.evidence.shown)
        yield from self._once("answers", self.traffic.answered, self.evidence.left)
        people = Counter(to for to, _ in self.evidence.advertised)
        yield from _told([to for to, times in people.items() if times > 1], "were texted twice")
        missing = self.traffic.load.recipients - len(people)
        yield from _told(range(missing), "recipients got nothing")
        orders = {tuple(ear.heard) for ear in self.ears}
        if len(orders) > 1:
            yield f"{len(orders)} different orders were heard by {len(self.ears)} subscribers"
        for order in orders:
            yield from _told(set(self.traffic.taken) - set(order), "texts were not heard of")
            yield from _told(_more(order), "texts were heard of twice")

    def _once(
        self, what: str, wanted: dict[int, float], seen: Sequence[tuple[int, float]]
    ) -> Iterator[str]:
        numbers = [number for number, _ in seen]
        yield from _told(set(wanted) - set(numbers), f"{what} are missing")
        yield from _told(_more(numbers), f"{what} are there twice")


def delays(began: dict[int, float], seen: Sequence[tuple[int, float]]) -> list[float]:
    """Seconds from the beginning of each to the moment that was seen."""
    return [at - began[number] for number, at in seen if number in began]


def _more(numbers: Sequence[int]) -> list[int]:
    return [number for number, times in Counter(numbers).items() if times > 1]


def _told(wrong: Sequence[object] | set[int], words: str) -> Iterator[str]:
    found = list(wrong)
    if found:
        yield f"{len(found)} {words}, such as {found[0]}"
