"""What the audit of dependencies says of what it finds, and of what it cannot find out."""

from datetime import date
from typing import Any

import pytest

from tests.audit import ACCEPTED, LOCKS, ROOT, Accepted, accepted, judged

TODAY = date(2026, 11, 23)
CLEAN: dict[str, Any] = {"name": "mako", "version": "1.3", "vulns": []}
SKIPPED = {"name": "mako", "skip_reason": "Dependency not found on PyPI"}
FLAW = {"id": "PYSEC-2026-7", "fix_versions": ["1.4"], "aliases": ["CVE-2026-1"]}
BAD = CLEAN | {"vulns": [FLAW]}


def test_a_known_vulnerability_fails_and_says_where_and_what_mends_it() -> None:
    verdict = judged([SKIPPED, SKIPPED, CLEAN, BAD], (), TODAY, "a.lock")
    assert verdict.failed
    assert verdict.lines == ("a.lock: mako 1.3 has CVE-2026-1, PYSEC-2026-7, mended in 1.4",)


@pytest.mark.parametrize("found", [None, [SKIPPED] * 3, [SKIPPED, CLEAN, CLEAN, SKIPPED]])
def test_who_could_not_be_asked_is_said_loudly_and_fails_nothing(found: Any) -> None:
    verdict = judged(found, (), TODAY, "a.lock")
    assert not verdict.failed
    assert verdict.lines[0].startswith("WARNING: a.lock was NOT audited")


def test_nothing_known_is_said_with_how_many_were_looked_at() -> None:
    assert judged([CLEAN] * 9 + [SKIPPED], (), TODAY, "a.lock").lines == (
        "a.lock: no vulnerability is known of 9.",
    )


@pytest.mark.parametrize(
    ("own", "until", "failed"),
    [
        ("PYSEC-2026-7", TODAY, False),
        ("CVE-2026-1", TODAY, False),
        ("CVE-2026-1", date(2026, 11, 22), True),
        ("CVE-2026-2", TODAY, True),
    ],
)
def test_what_was_accepted_passes_until_its_day(own: str, until: date, failed: bool) -> None:
    passing = [Accepted(own, "It is not called.", until)]
    assert judged([BAD], passing, TODAY, "a.lock").failed is failed


def test_an_accepted_one_without_a_reason_or_a_day_is_an_error() -> None:
    entry = '[[accepted]]\nid = "X-1"\nreason = ""\nuntil = 2026-12-31\n'
    with pytest.raises(ValueError, match="X-1"):
        accepted(entry)
    with pytest.raises(TypeError):
        accepted('[[accepted]]\nid = "X-1"\n')


def test_the_list_can_be_read_and_every_lock_file_is_looked_at() -> None:
    accepted(ACCEPTED.read_text())
    assert set(LOCKS) == {path.name for path in ROOT.glob("*.lock")}
