"""How the installation is, as the API tells it."""

from domain.ports import Finding
from tests.clock import NOON
from tests.graph.conftest import Api
from tests.graph.desk import program

HEALTH = "{ health { ok checks { name status message fix } } }"
FINE = Finding("mongodb", "ok", "It answers.")
LACKING = Finding("slack", "warning", "It is not configured.", "Set it.")
BROKEN = Finding("workers", "failed", "Work waits.", "Start one.")


def test_every_part_is_told(api: Api) -> None:
    me = program(api(checks=lambda: [FINE, LACKING]), "read")
    health = me.ask(HEALTH)["health"]
    assert health["ok"]
    assert health["checks"] == [
        {"name": "mongodb", "status": "ok", "message": "It answers.", "fix": None},
        {
            "name": "slack",
            "status": "warning",
            "message": "It is not configured.",
            "fix": "Set it.",
        },
    ]


def test_when_it_was_looked_at_is_told_where_that_was_not_now(api: Api) -> None:
    earlier = Finding("public_url", "ok", "It answers.", at=NOON)
    me = program(api(checks=lambda: [FINE, earlier]), "read")
    checks = me.ask("{ health { checks { name at } } }")["health"]["checks"]
    assert [one["at"] for one in checks] == [None, "2026-03-04T20:00:00.000Z"]


def test_one_failure_is_enough(api: Api) -> None:
    me = program(api(checks=lambda: [FINE, BROKEN]), "read")
    assert me.ask(HEALTH)["health"]["ok"] is False


def test_the_parts_are_looked_at_when_asked(api: Api) -> None:
    looked: list[int] = []

    def count() -> list[Finding]:
        looked.append(1)
        return []

    url = api(checks=count)
    for times in (1, 2):
        program(url, "read").ask(HEALTH)
        assert len(looked) == times
    assert program(url, "write").refused(HEALTH)["extensions"]["code"] == "FORBIDDEN"
    assert len(looked) == 2
