"""Figure: a page of fifty texts with their contacts' names, beside the same bytes made barely."""

import asyncio
from collections.abc import Iterator

import orjson

from tests.bench.stage import program
from tests.bench.table import Pair, Row
from tests.bench.wire import connect, request, rush
from tests.server import free_port

ROUNDS = 5
PAGES = 300
CLIENTS = 8
QUERY = """{ messages(first: 50) { nodes { id origin twilioMessageSid direction status from to body
  segments encoding createdAt contact { name } } } }"""
FLOOR = "the same JSON from Starlette, pymongo and orjson"


def measure(port: int, token: str, uri: str) -> Iterator[Row]:
    """Pages a second, the newest texts, eight programs at once."""
    asking = request(
        "/graphql",
        orjson.dumps({"query": QUERY}),
        ("content-type", "application/json"),
        ("authorization", f"Bearer {token}"),
    )
    barely = request("/page", b"")
    bare_port = free_port()
    with program(["-m", "tests.bench.floors", "page", str(bare_port), uri], {}, bare_port):
        asyncio.run(_compare(port, asking, bare_port, barely))
        rounds = [(_rate(bare_port, barely), _rate(port, asking)) for _ in range(ROUNDS)]
    rates = Pair([ours for _, ours in rounds], [floor for floor, _ in rounds])
    yield rates.row("page of 50 texts by GraphQL", "/s", FLOOR, "≥ 0.25", more=True)


async def _compare(port: int, asking: bytes, bare_port: int, barely: bytes) -> None:
    """Both must say the same, or the comparison says nothing."""
    answers = []
    for each, of in ((port, asking), (bare_port, barely)):
        connection = await connect(each)
        answers.append(orjson.loads((await connection.ask(of))[1]))
        connection.close()
    if answers[0] != answers[1] or len(answers[0]["data"]["messages"]["nodes"]) != 50:
        raise RuntimeError(f"the pages differ: {str(answers[0])[:400]} / {str(answers[1])[:400]}")


def _rate(port: int, asking: bytes) -> float:
    rate, _ = asyncio.run(rush(port, [asking] * PAGES, CLIENTS))
    return rate
