"""Figures: how soon a web process serves, and what it holds, beside a bare Starlette."""

from collections.abc import Iterator

from tests.bench.stage import Stage, program
from tests.bench.table import Pair, Row
from tests.server import free_port

ROUNDS = 3
FLOOR = "uvicorn with a bare Starlette application"


def measure(stage: Stage) -> Iterator[Row]:
    """Seconds until the first answer of /healthz, and resident memory."""
    ours, floor = [], []
    for _ in range(ROUNDS):
        port = free_port()
        with program(["-m", "tests.bench.floors", "bare", str(port)], {}, port) as bare:
            floor.append((bare.started_in, bare.resident))
        with stage.web() as web:
            ours.append((web.started_in, web.resident))
    starts = Pair([start for start, _ in ours], [start for start, _ in floor])
    yield starts.row("start-up of the web process", "s", FLOOR, more=False)
    sizes = Pair([size for _, size in ours], [size for _, size in floor])
    yield sizes.row("memory of the web process", "MB", FLOOR, more=False)
