"""What is counted is written down, and nothing is told to Prometheus that is not."""

import ast
import re
from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry, Metric
from pymongo.database import Database
from ruamel.yaml import YAML

from adapters.telemetry import Instruments
from adapters.telemetry.backlog import Backlog
from adapters.telemetry.catalogue import FIGURES
from adapters.telemetry.moment import Moment
from tests.clock import NOON
from tests.house.tree import ROOT

OF_APP = {"feed_lag_seconds", "feed_followers", "lane_silent_seconds"}
"""Told by `app.monitor`."""
ROOMS = ("adapters", "app", "bot", "graph")
PARTS = r"_(bucket|sum|count)$"


def written() -> set[str]:
    """The figures that docs/observability.md has a row for."""
    page = (ROOT / "docs" / "observability.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `threadline_")]
    return {name for row in rows for name in re.findall(r"`(threadline_\w+)`", row.split("|")[1])}


@pytest.fixture
def exported(db: Database[dict[str, object]]) -> set[str]:
    """The names that a scraper sees."""
    made = Instruments("test")
    registry = CollectorRegistry()
    registry.register(Moment(Backlog(lambda: NOON)))
    families = [*made.registry.collect(), *registry.collect()]
    return {_name(family) for family in families} | {f"threadline_{name}" for name in OF_APP}


def _name(family: Metric) -> str:
    return f"{family.name}_total" if family.type == "counter" else str(family.name)


def test_every_figure_is_in_the_docs_and_nothing_else(exported: set[str]) -> None:
    assert written() == exported


def test_the_alerts_ask_for_figures_that_exist(exported: set[str]) -> None:
    read = YAML(typ="safe").load((ROOT / "docs" / "alerts.yaml").read_text(encoding="utf-8"))
    rules = [rule for group in read["groups"] for rule in group["rules"]]
    asked = {name for rule in rules for name in re.findall(r"threadline_\w+", rule["expr"])}
    assert {re.sub(PARTS, "", name) for name in asked} <= exported
    assert len(asked) >= len(rules) - 2
    for rule in rules:
        assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}
        assert set(rule["annotations"]) == {"summary", "action"}


def told() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Every figure that the code counts: where, which, and with what labels."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                    continue
                named = [one for one in node.args if isinstance(one, ast.Constant)]
                if node.func.attr in ("count", "observe") and "telemetry" in ast.unparse(node.func):
                    labels = frozenset(str(word.arg) for word in node.keywords)
                    yield f"{path.name}:{node.lineno}", str(named[0].value), labels


def test_what_the_code_counts_is_in_the_catalogue_with_the_same_labels() -> None:
    known = {figure.name: frozenset(figure.labels) for figure in FIGURES}
    assert [(place, name) for place, name, labels in told() if known.get(name) != labels] == []
    assert {name for _, name, _ in told()} == set(known)


def test_names_follow_the_conventions() -> None:
    for figure in FIGURES:
        assert re.fullmatch(r"[a-z][a-z_]+", figure.name)
        assert not figure.name.endswith("_total")  # Prometheus's client adds it
        assert figure.name.endswith("_seconds") or not figure.buckets
        assert {"id", "phone", "name", "user", "token"}.isdisjoint(figure.labels)
