"""One process's figures, and its spans where somebody wants them."""

from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from adapters.release import release
from adapters.telemetry.catalogue import FIGURES, Figure
from domain.ports import SILENT, Telemetry

PREFIX = "threadline"
MOST_CHILDREN = 200
"""Combinations of labels of one figure; what comes after them is counted as `other`."""
OTHER = "other"


class Instruments:
    """Implements domain.ports.Telemetry on a registry of its own."""

    def __init__(self, process: str, spans: Telemetry = SILENT) -> None:
        self.registry = CollectorRegistry()
        self.process = process
        self.spans = spans
        self._labels = {figure.name: figure.labels for figure in FIGURES}
        self._figures: dict[str, Any] = {one.name: _made(one, self.registry) for one in FIGURES}
        self._children: dict[str, dict[tuple[str, ...], Any]] = {one.name: {} for one in FIGURES}
        ProcessCollector(namespace=PREFIX, registry=self.registry)
        built = Gauge(
            "build_info",
            "1, with the version and the kind of process.",
            ("version", "process"),
            namespace=PREFIX,
            registry=self.registry,
        )
        built.labels(release(), process).set(1)

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        """That much more of it happened; what is not in the catalogue is not counted."""
        if name in self._figures:
            self._child(name, labels).inc(amount)

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """It took so long this time."""
        if name in self._figures:
            self._child(name, labels).observe(max(seconds, 0.0))

    def span(self, name: str, trace: str | None, began: float, **ids: str) -> None:
        """It is done by now, under that trace."""
        self.spans.span(name, trace, began, **ids)

    def close(self) -> None:
        """Nothing more comes: send what spans are kept."""
        if close := getattr(self.spans, "close", None):
            close()

    def _child(self, name: str, labels: Mapping[str, str]) -> Any:
        """The figure with these labels, remembered: to look it up costs more than to count."""
        values = tuple(labels.get(label, OTHER) for label in self._labels[name])
        known = self._children[name]
        if values not in known:
            if len(known) >= MOST_CHILDREN:
                values = (OTHER,) * len(values)
            known[values] = self._figures[name].labels(*values) if values else self._figures[name]
        return known[values]


def _made(figure: Figure, registry: CollectorRegistry) -> Counter | Histogram:
    given = (figure.name, figure.help, figure.labels)
    if figure.buckets:
        return Histogram(*given, namespace=PREFIX, registry=registry, buckets=figure.buckets)
    return Counter(*given, namespace=PREFIX, registry=registry)
