"""Run everything and print the table: `python -m tests.bench [name …]`."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from adapters.mongo.connection import OPTIONS
from adapters.mongo.embedded import running
from tests.bench import (
    campaign,
    crowd,
    figures,
    journey,
    page,
    process,
    relay,
    rows,
    search,
    storage,
    stream,
    thousand,
    webhook,
)
from tests.bench.stage import command, staged
from tests.bench.table import Row, shown


def main() -> None:
    """All figures, or those that are named, in one go."""
    asked = set(sys.argv[1:])
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="threadline-bench-") as folder:
        found = list(_figures(Path(folder), lambda name: not asked or name in asked))
    sys.stdout.write(f"\n{shown(found)}\n\n{time.monotonic() - began:.0f} s\n")


def _figures(folder: Path, wanted: Callable[[str], bool]) -> Iterator[Row]:
    with running(folder / "db") as uri, MongoClient[dict[str, Any]](uri, **OPTIONS) as client:
        yield from _of_web(folder, uri, client, wanted)
        if wanted("search"):
            yield from _told("search", search.measure(uri, folder, client))
        if wanted("figures"):
            yield from _told("figures", figures.measure(uri, folder, client))
        if "figures-full" in sys.argv:
            full = figures.measure(uri, folder, client, figures.ALL)
            yield from _told("figures-full", full)
        if wanted("storage"):
            yield from _told("storage", storage.measure(uri, client))
        if wanted("relay"):
            yield from _told("relay", relay.measure(staged(uri, folder, "relay"), client))
        if wanted("rows"):
            yield from _told("rows", rows.measure(staged(uri, folder, "rows"), client, "rows"))
        if wanted("process"):
            yield from _told("process", process.measure(staged(uri, folder, "process")))
        if wanted("campaign"):
            yield from _told("campaign", campaign.measure(uri, folder, client))
        if "campaign-full" in sys.argv:
            full = campaign.measure(uri, folder, client, campaign.FULL)
            yield from _told("campaign-full", full)
        if wanted("journey"):
            yield from _told("journey", journey.measure(folder / "demo", client))


def _of_web(
    folder: Path, uri: str, client: MongoClient[dict[str, Any]], wanted: Callable[[str], bool]
) -> Iterator[Row]:
    """What one web process does by itself; the texts of the first figure fill the pages."""
    stage = staged(uri, folder, "threadline")
    token = command(stage, "token", "create", "bench", "--scope", "read")
    with stage.web() as web:
        if wanted("webhook"):
            yield from _told("webhook", webhook.measure(client, web.port))
        if wanted("page"):
            yield from _told("page", page.measure(web.port, token, uri))
        if wanted("stream"):
            yield from _told("stream", stream.measure(client, web.port, token, uri))
        if wanted("crowd"):
            yield from _told("crowd", crowd.measure(web, token))
        if wanted("thousand"):
            yield from _told("thousand", thousand.measure(web, token, client, "threadline"))


def _told(name: str, rows: Iterator[Row]) -> Iterator[Row]:
    """Say what is being measured, as it takes a while."""
    sys.stderr.write(f"measuring: {name} ...\n")
    yield from rows


if __name__ == "__main__":
    main()
