"""How the installation is, as the API tells it."""

from domain.ports import Finding
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
