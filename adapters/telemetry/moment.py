"""What is read at the moment of a scrape: the database's backlog, the feed, a worker's lanes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily

from adapters.telemetry.backlog import Backlog, Gauge
from adapters.telemetry.instruments import PREFIX

Values = Callable[[], Mapping[str, float]]


@dataclass(frozen=True)
class Reading:
    """A figure that this process can tell at any moment, by the values of its one label."""

    name: str
    help: str
    label: str
    values: Values


class Moment:
    """A collector for Prometheus's registry; blocks while the database is asked."""

    def __init__(self, backlog: Backlog, readings: Iterable[Reading] = ()) -> None:
        self._backlog = backlog
        self._readings = tuple(readings)

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing in advance, so that nobody is asked when the process starts."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every figure as it is now."""
        for gauge in self._backlog.gauges():
            yield _family(gauge)
        for one in self._readings:
            yield _family(Gauge(one.name, one.help, one.label, one.values()))


def _family(gauge: Gauge) -> GaugeMetricFamily:
    labels = [gauge.label] if gauge.label else []
    family = GaugeMetricFamily(f"{PREFIX}_{gauge.name}", gauge.help, labels=labels)
    for label, value in gauge.values.items():
        family.add_metric([label] if labels else [], value)
    return family
