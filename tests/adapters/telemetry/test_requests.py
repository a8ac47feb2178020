"""Every request has its trace; webhooks are counted by how they were answered."""

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from adapters.telemetry import Instruments
from adapters.telemetry.requests import CAUSE, Traced, outcome
from domain import tracing
from domain.ports.telemetry import Silent

TRACE, OTHER = "4bf92f3577b34da6a3ce929d0e0e4736", "0af7651916cd43dd8448eb211c80319c"
NAMED = "4BF92F35-77B3-4DA6-A3CE-929D0E0E4736"


class Spans(Silent):
    """Keeps what was to be a span."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str | None]] = []

    def span(self, name: str, trace: str | None, began: float, **ids: str) -> None:
        self.kept.append((name, trace))


async def answer(request: Request) -> Response:
    if told := request.query_params.get("about"):
        request.scope[CAUSE] = told
    if status := request.query_params.get("status"):
        raise HTTPException(int(status))
    return PlainTextResponse(tracing.current() or "none")


async def broken(_: Request) -> Response:
    raise RuntimeError("on purpose")


@pytest.fixture
def spans() -> Spans:
    return Spans()


@pytest.fixture
def made(spans: Spans) -> Instruments:
    return Instruments("test", spans)


@pytest.fixture
def http(made: Instruments) -> TestClient:
    middleware = Middleware(Traced, telemetry=made, kinds={"/hook": "text", "/broken": "text"})
    routes = [Route("/hook", answer), Route("/other", answer), Route("/broken", broken)]
    inner = Starlette(routes=routes, middleware=[middleware])
    return TestClient(inner, raise_server_exceptions=False)


def counted(made: Instruments, word: str) -> float | None:
    labels = {"kind": "text", "outcome": word}
    return made.registry.get_sample_value("threadline_webhook_requests_total", labels)


def test_a_request_is_done_under_its_trace_and_says_its_name(http: TestClient) -> None:
    given = http.get("/other", headers={"X-Request-Id": NAMED})
    assert (given.text, given.headers["x-request-id"]) == (TRACE, NAMED)
    parent = http.get("/other", headers={"traceparent": f"00-{OTHER}-00f067aa0ba902b7-01"})
    assert (parent.text, parent.headers["x-request-id"]) == (OTHER, OTHER)


def test_a_name_that_could_be_a_number_is_not_repeated(http: TestClient) -> None:
    given = http.get("/other", headers={"X-Request-Id": "17605550101"})
    assert given.headers["x-request-id"] == given.text != "17605550101"


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (400, "malformed"),
        (401, "unsigned"),
        (403, "unsigned"),
        (413, "too_large"),
        (429, "limited"),
        (500, "failed"),
        (503, "failed"),
    ],
)
def test_a_refused_webhook_is_counted_and_makes_no_span(
    http: TestClient, made: Instruments, spans: Spans, status: int, word: str
) -> None:
    assert http.get(f"/hook?status={status}").status_code == status
    assert (counted(made, word), spans.kept, outcome(status)) == (1, [], word)


def test_a_crash_is_counted_as_a_failure(http: TestClient, made: Instruments) -> None:
    assert http.get("/broken").status_code == 500
    assert counted(made, "failed") == 1


def test_a_webhook_that_was_taken_is_a_span_of_what_it_is_about(
    http: TestClient, made: Instruments, spans: Spans
) -> None:
    http.get("/hook", headers={"X-Request-Id": TRACE})
    http.get(f"/hook?about={OTHER}")
    assert spans.kept == [("webhook text", TRACE), ("webhook text", OTHER)]
    assert counted(made, "taken") == 2
    seconds = made.registry.get_sample_value("threadline_webhook_seconds_count", {"kind": "text"})
    assert seconds == 2


def test_other_requests_are_not_counted(http: TestClient, made: Instruments, spans: Spans) -> None:
    http.get("/other")
    assert (counted(made, "taken"), spans.kept) == (None, [])
