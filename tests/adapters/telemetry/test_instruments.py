"""Each process counts for itself, and no mistake fills somebody's Prometheus."""

from prometheus_client import generate_latest

from adapters.telemetry import Instruments
from adapters.telemetry.instruments import MOST_CHILDREN


def value(made: Instruments, name: str, **labels: str) -> float | None:
    """One figure as a scraper sees it."""
    return made.registry.get_sample_value(f"threadline_{name}", labels)


def test_what_happened_is_counted_by_its_labels() -> None:
    made = Instruments("test")
    made.count("dispatches", outcome="accepted")
    made.count("dispatches", outcome="accepted")
    made.count("slack_paced_seconds", 2.5, method="chat.postMessage")
    assert value(made, "dispatches_total", outcome="accepted") == 2
    assert value(made, "slack_paced_seconds_total", method="chat.postMessage") == 2.5


def test_what_took_time_is_in_its_buckets() -> None:
    made = Instruments("test")
    made.observe("dispatch_seconds", 0.2)
    made.observe("dispatch_seconds", -0.1)  # two clocks may differ
    assert value(made, "dispatch_seconds_count") == 2
    assert value(made, "dispatch_seconds_sum") == 0.2
    assert value(made, "dispatch_seconds_bucket", le="0.1") == 1


def test_two_processes_in_one_share_nothing() -> None:
    one, other = Instruments("test"), Instruments("test")
    one.count("feed_cut_off")
    assert (value(one, "feed_cut_off_total"), value(other, "feed_cut_off_total")) == (1, 0)


def test_after_so_many_combinations_the_rest_is_other() -> None:
    made = Instruments("test")
    for number in range(MOST_CHILDREN + 50):
        made.count("graphql_problems", code=f"code {number}")
    lines = generate_latest(made.registry).decode().splitlines()
    assert sum(line.startswith("threadline_graphql_problems_total{") for line in lines) == 201
    assert value(made, "graphql_problems_total", code="other") == 50


def test_what_is_not_in_the_catalogue_does_no_harm() -> None:
    made = Instruments("test")
    made.count("nonsense", whoever="+17605550101")
    made.observe("nonsense", 1.0)
    assert b"+1760" not in generate_latest(made.registry)


def test_it_says_what_it_is() -> None:
    (sample,) = (
        sample
        for family in Instruments("worker").registry.collect()
        for sample in family.samples
        if sample.name == "threadline_build_info"
    )
    assert sample.labels["process"] == "worker"
    assert sample.labels["version"]
