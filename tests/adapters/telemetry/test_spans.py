"""Spans of one text are one trace, whichever process made them; unasked nothing is loaded."""

import subprocess
import sys
import threading

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from adapters.telemetry.spans import LACKING, Spans, first_of, spans
from tests.adapters.telemetry.collecting import collector
from tests.house.tree import ROOT
from tests.local import PATIENCE

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
BEGAN = 1_700_000_000.25


@pytest.fixture
def kept() -> InMemorySpanExporter:
    return InMemorySpanExporter()


def context(span: ReadableSpan) -> tuple[int, int]:
    """Its trace and its own id."""
    told = span.get_span_context()
    assert told is not None
    return told.trace_id, told.span_id


def test_what_two_processes_do_for_a_text_hangs_below_its_webhook(
    kept: InMemorySpanExporter,
) -> None:
    web, worker = Spans(kept, "web", at_once=True), Spans(kept, "worker", at_once=True)
    worker.span("relay say", TRACE, BEGAN, message="66f0")
    web.span("webhook text", TRACE, BEGAN)
    below, first = kept.get_finished_spans()
    number = int(TRACE, 16)
    assert context(first) == (number, first_of(number))
    assert first.parent is None
    assert context(below)[0] == number
    assert below.parent is not None
    assert below.parent.span_id == first_of(number) != context(below)[1]
    assert dict(below.attributes or {}) == {"threadline.message": "66f0"}
    assert (first.start_time, first.name) == (int(BEGAN * 1e9), "webhook text")
    assert [one.resource.attributes["threadline.process"] for one in (below, first)] == [
        "worker",
        "web",
    ]


@pytest.mark.parametrize("trace", [None, "66f0c0ffee66f0c0ffee66f0"])
def test_what_has_no_trace_of_its_own_makes_no_span(
    kept: InMemorySpanExporter, trace: str | None
) -> None:
    Spans(kept, "worker", at_once=True).span("dispatch", trace, BEGAN)
    assert kept.get_finished_spans() == ()


def test_sampling_takes_a_trace_whole_or_not_at_all(
    kept: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.5")
    web, worker = Spans(kept, "web", at_once=True), Spans(kept, "worker", at_once=True)
    for number in range(1, 41):
        trace = f"{number:016x}{number * 0x0666_6666_6666_6666 % 2**64:016x}"
        web.span("webhook text", trace, BEGAN)
        worker.span("dispatch", trace, BEGAN)
    found = [context(one)[0] for one in kept.get_finished_spans()]
    assert 0 < len(set(found)) < 40
    assert all(found.count(trace) == 2 for trace in found)


def test_they_arrive_at_a_real_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    with collector() as (address, taken):
        made = spans(f"{address}/", "web")
        made.span("webhook text", TRACE, BEGAN)
        assert isinstance(made, Spans)
        made.close()
    (request,) = taken
    (told,) = request.resource_spans[0].scope_spans[0].spans
    assert (told.name, told.trace_id.hex()) == ("webhook text", TRACE)


@pytest.mark.timeout(30)
def test_a_process_that_ends_waits_for_no_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", str(PATIENCE))
    held = threading.Event()
    with collector(held) as (address, _):
        made = spans(address, "web")
        made.span("webhook text", TRACE, BEGAN)
        assert isinstance(made, Spans)
        made.close()
        held.set()


UNASKED = """
import sys
import app, cli
from adapters.telemetry.spans import spans
spans(None, "web").span("dispatch", "f" * 32, 0.0)
assert not any(name.startswith("opentelemetry") for name in sys.modules)
sys.modules["opentelemetry"] = None  # as where it is not installed
spans("http://127.0.0.1:4318", "web").span("dispatch", "f" * 32, 0.0)
"""


def test_unasked_nothing_is_loaded_and_where_it_lacks_that_is_said() -> None:
    run = [sys.executable, "-c", UNASKED]
    ended = subprocess.run(run, cwd=ROOT, check=False, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, LACKING)
