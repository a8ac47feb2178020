"""Spans for OpenTelemetry, sent where OTEL_EXPORTER_OTLP_ENDPOINT says.

Only with that setting and the extra `otel` is anything of it imported. What belongs to one text is
one trace: its first span has an id that follows from the trace, so that whoever does something
for that text later, in whatever process, knows it and hangs the own span below. A campaign's texts
share a trace of another kind and have no spans: there could be a hundred thousand.
"""

import sys
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from domain.ports import SILENT, Telemetry

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

LACKING = (
    "threadline: OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed: "
    "run `make install OTEL=1`, or unset it.\n"
)
BEGINNINGS = frozenset({"webhook text", "webhook slack", "slack event", "graphql"})
"""Spans with which a trace begins."""
DIGITS = 32
HALF = (1 << 64) - 1
CLOSE_SECONDS = 1.5

_first: ContextVar[int | None] = ContextVar("first", default=None)
"""The trace that begins with the span that is being made, if it does."""


def spans(endpoint: str | None, process: str) -> Telemetry:
    """Where spans go: nowhere without an endpoint, or without the package, which is said."""
    if not endpoint:
        return SILENT
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError:
        sys.stderr.write(LACKING)
        return SILENT
    return Spans(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces"), process)


class Spans:
    """Implements the spans of domain.ports.Telemetry, and counts nothing."""

    def __init__(self, exporter: "SpanExporter", process: str, *, at_once: bool = False) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

        named = {"service.name": "threadline", "threadline.process": process}
        self._provider = TracerProvider(
            resource=Resource.create(named), id_generator=_ids(), shutdown_on_exit=False
        )
        hand = SimpleSpanProcessor if at_once else BatchSpanProcessor
        self._provider.add_span_processor(hand(exporter))
        self._tracer = self._provider.get_tracer("threadline")

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        """Nothing."""

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Nothing."""

    def span(self, name: str, trace: str | None, began: float, **ids: str) -> None:
        """Keep it for the next batch; a thread of the SDK's own sends that."""
        if trace is None or len(trace) != DIGITS:
            return
        number = int(trace, 16)
        facts = {f"threadline.{key}": value for key, value in ids.items()}
        begins = name in BEGINNINGS
        token = _first.set(number if begins else None)
        try:
            above = self._outside() if begins else self._below(number)
            made = self._tracer.start_span(name, above, attributes=facts, start_time=_nanos(began))
        finally:
            _first.reset(token)
        made.end()

    def close(self) -> None:
        """Send what is kept, within a moment: a process that ends waits for no collector."""
        ending = threading.Thread(target=self._provider.shutdown, name="spans", daemon=True)
        ending.start()
        ending.join(CLOSE_SECONDS)

    def _outside(self) -> Any:
        from opentelemetry.context import Context

        return Context()

    def _below(self, trace: int) -> Any:
        """Under the first span, which the same sampling decides about wherever it is asked."""
        from opentelemetry.sdk.trace.sampling import Decision
        from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags
        from opentelemetry.trace import set_span_in_context as placed

        asked = self._provider.sampler.should_sample(None, trace, "")
        sampled = asked.decision is Decision.RECORD_AND_SAMPLE
        flags = TraceFlags(TraceFlags.SAMPLED if sampled else TraceFlags.DEFAULT)
        above = SpanContext(trace, first_of(trace), is_remote=True, trace_flags=flags)
        return placed(NonRecordingSpan(above), self._outside())


def first_of(trace: int) -> int:
    """The id of the span with which that trace begins."""
    return trace & HALF or 1


def _nanos(moment: float) -> int:
    return int(moment * 1e9)


def _ids() -> Any:
    """The SDK's ids, but for a first span, whose ids follow from the trace."""
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class Ids(RandomIdGenerator):
        """Asked while a span is made."""

        def generate_trace_id(self) -> int:
            """Ours."""
            return _first.get() or super().generate_trace_id()

        def generate_span_id(self) -> int:
            """Known to all who know the trace, or a new one."""
            trace = _first.get()
            return super().generate_span_id() if trace is None else first_of(trace)

    return Ids()
