"""The audit log says who did what, and nothing that should not be in it."""

from datetime import timedelta

import pytest

from domain.errors import Conflict
from domain.model import AuditEntry, Author
from domain.services.operation import audit
from tests.clock import NOON

pytestmark = pytest.mark.usefixtures("db")
DANA = Author(kind="agent", key="U0DANA", name="Dana")


def entries() -> list[tuple[str, str | None, dict[str, str]]]:
    """Action, subject and facts of all entries, the oldest first."""
    return [(one["action"], one.get("subject"), one["facts"]) for one in audit.all_of(None)]


def test_a_deed_is_there_before_it_is_done() -> None:
    with audit.noted("contact.delete", DANA, NOON, "c1", eraseMessages=True):
        assert entries() == [("contact.delete", "c1", {"eraseMessages": "True"})]
    assert len(entries()) == 1


def test_a_moment_is_no_number_and_a_number_in_words_is_masked() -> None:
    at, said = "2026-11-23T08:38:00+00:00", "of 2026 11 23, +1 760 555 0123 at 2026-11-23T08:38"
    audit.record("restore", DANA, NOON, taken_at=at, number="+17605550123", words=said)
    ((_, _, facts),) = entries()
    assert (facts["taken_at"], facts["number"]) == (at, "…0123")
    assert "760" not in facts["words"]


def test_a_deed_that_is_refused_says_so_beside_itself() -> None:
    with pytest.raises(Conflict), audit.noted("campaign.start", DANA, NOON, "k1"):
        raise Conflict("It has begun.")
    assert entries() == [
        ("campaign.start", "k1", {}),
        ("campaign.start", "k1", {"failed": "CONFLICT"}),
    ]


def test_what_was_refused_is_one_entry_an_hour_for_each_deed() -> None:
    for minute in range(0, 70, 10):
        audit.refused(DANA, NOON + timedelta(minutes=minute), "Mutation.createToken")
        audit.refused(DANA, NOON + timedelta(minutes=minute), "Mutation.revokeToken")
    deeds = [facts["deed"] for _, _, facts in entries()]
    assert sorted(deeds) == ["Mutation.createToken"] * 2 + ["Mutation.revokeToken"] * 2


@pytest.mark.parametrize(
    "told", ["+17605550101", "Jane 760-555-0101", "(760) 555-0101", "x" * 5_000]
)
def test_no_whole_number_and_nothing_long_gets_in(told: str) -> None:
    audit.record("token.create", DANA, NOON, "t1", name=told)
    ((_, _, facts),) = entries()
    assert "555" not in facts["name"]
    assert len(facts["name"]) <= audit.LONGEST_FACT


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("http://127.0.0.1:8342/api", "http://127.0.0.1:8342/api"),
        ("https://192.168.100.254/", "https://192.168.100.254/"),
        ("2026-11-23T08:53:29.123456+00:00", "2026-11-23T08:53:29.123456+00:00"),
        ("176.055.501.01", "…1.01"),
        ("1.760.555.0101", "…0101"),
        ("760.555.0101", "…0101"),
        ("22.33.44.55", "…4.55"),
    ],
)
def test_addresses_of_machines_are_no_numbers(told: str, kept: str) -> None:
    audit.record("webhook.set", DANA, NOON, "t1", before=told)
    ((_, _, facts),) = entries()
    assert facts["before"] == kept


def test_one_subject_s_entries_are_found_by_its_index() -> None:
    for number in range(20):
        audit.record("template.update", DANA, NOON + timedelta(minutes=number), f"t{number % 4}")
    found = audit.listed("t1", 3)
    assert [one["subject"] for one in found] == ["t1"] * 3
    assert found[0]["createdAt"] > found[-1]["createdAt"]
    match = (
        AuditEntry._get_collection().find({"subject": "t1"}).sort([("createdAt", -1), ("_id", -1)])
    )
    plan = str(match.explain()["queryPlanner"]["winningPlan"])
    assert "SORT" not in plan
    assert "subject" in plan
