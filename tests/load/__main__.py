"""`python -m tests.load [seconds=60] [steady=5] …`: run a load, print the figures and a verdict.

Any of the plan's sizes may be given; seconds=3600 makes a soak of it. Ends with 1 when anything
was lost, doubled or heard in another order.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from adapters import startup
from adapters.mongo.embedded import running
from tests.bench.crowded import rate
from tests.bench.journey import HOLD_SECONDS
from tests.bench.stage import Program
from tests.bench.table import Row, percentile, shown
from tests.load import town
from tests.load.audience import Ear, gathered
from tests.load.plan import Load
from tests.load.town import Town
from tests.load.traffic import Traffic
from tests.load.verdict import Evidence, Verdict, delays, settled


def main() -> None:
    """One run in a folder that is thrown away."""
    load = asked(sys.argv[1:])
    startup.roomy()
    with tempfile.TemporaryDirectory(prefix="threadline-load-") as folder:
        wrong = _run(Path(folder), load)
    sys.stdout.write("\n".join(["", *wrong, ""]) or "")
    sys.stdout.write("" if wrong else "Nothing was lost, nothing doubled, all in order.\n")
    raise SystemExit(1 if wrong else 0)


def asked(words: Sequence[str]) -> Load:
    """The plan as the command line changes it; SystemExit says what it may say."""
    kinds = {one.name: float if one.type is float else int for one in fields(Load)}
    given = dict(word.partition("=")[::2] for word in words)
    try:
        sizes: dict[str, Any] = {name: kinds[name](value) for name, value in given.items()}
        return Load(**sizes)
    except (KeyError, ValueError) as error:
        names = ", ".join(f"{one.name}={one.default}" for one in fields(Load))
        raise SystemExit(f"{error}: sizes are given as {names}") from None


def _run(folder: Path, load: Load) -> list[str]:
    with running(folder / "db") as uri, town.town(uri, folder, load) as at:
        sys.stderr.write(f"{load}\n")
        traffic, ears = Traffic(load, at), list[Ear]()
        seen, rows = asyncio.run(_burdened(at, traffic, ears))
        memory = [_memory(name, one) for name, one in at.programs.items()]
        sys.stdout.write(f"\n{shown([*_rows(traffic, seen, ears), *rows, *memory])}\n")
        return list(Verdict(traffic, seen, ears).complaints())


async def _burdened(at: Town, traffic: Traffic, ears: list[Ear]) -> tuple[Evidence, list[Row]]:
    """Listeners first, then everything at once; processor time of each process meanwhile."""
    load = traffic.load
    ears += await gathered(load.subscribers, [web.port for web in at.webs], at.token)
    await traffic.tune(ears)
    before = {name: one.cpu_seconds for name, one in at.programs.items()}
    await asyncio.to_thread(town.campaign, load)
    began = time.perf_counter()
    await traffic.run()
    took = time.perf_counter() - began
    used = [
        Row(f"CPU of a core, {name}", "%", 100 * (one.cpu_seconds - before[name]) / took)
        for name, one in at.programs.items()
    ]
    seen, resting = await asyncio.to_thread(settled, at.stage.ledger, traffic, ears)
    for ear in ears:
        ear.close()
    return seen, [Row("all at rest after the end", "s", resting), *used]


def _rows(traffic: Traffic, seen: Evidence, ears: Sequence[Ear]) -> Iterator[Row]:
    load = traffic.load
    texts = f"{len(traffic.taken):,} texts, bursts of {load.burst}"
    yield from _percentiles(f"{texts}: acknowledged", list(traffic.taken.values()))
    yield from _percentiles("  shown in Slack", delays(traffic.sent, seen.shown))
    heard = [
        at - traffic.begun[number]
        for ear in ears
        for number, at in zip(ear.heard, ear.times, strict=True)
    ]
    yield from _percentiles(f"  heard by {len(ears)} subscribers", heard)
    held = delays(traffic.answered, seen.left)
    yield from _percentiles(
        f"{len(held)} answers after their hold", [one - HOLD_SECONDS for one in held]
    )
    calls = [{"at": at} for _, at in seen.advertised]
    pace, figure = load.per_minute, f"campaign of {load.recipients:,}"
    yield Row(figure, "/min", rate(calls), pace, "the pace that was asked for", more=True)
    yield Row("webhooks tried again", "", traffic.refused)


def _percentiles(figure: str, values: Sequence[float]) -> Iterator[Row]:
    if len(values) < 2:  # the verdict says what is missing
        return
    for percent in (50, 99):
        yield Row(f"{figure}, p{percent}", "ms", percentile(values, percent) * 1e3)
    yield Row(f"{figure}, slowest", "ms", max(values) * 1e3)


def _memory(name: str, one: Program) -> Row:
    return Row(f"memory at the end, {name}", "MB", one.resident)


if __name__ == "__main__":
    main()
