"""`make audit`: whether a vulnerability is known of anything that the lock files name.

A known one fails. An advisory service that cannot be reached, or does not know our packages, is
said loudly and fails nothing: the build must not depend on a stranger's being awake.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-otel.lock", "requirements-dev.lock")
SERVICES = ("pypi", "osv")
ACCEPTED = Path(__file__).with_name("advisories.toml")
LONGEST_SECONDS = 60
ENOUGH = 0.9
"""So large a share of the packages a service must know; what it knows less of, it did not audit."""
NOT_AUDITED = "WARNING: {lock} was NOT audited: no advisory service could be asked."

Found = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Accepted:
    """A vulnerability that does no harm here, until somebody has to look again."""

    id: str
    reason: str
    until: date


@dataclass(frozen=True)
class Verdict:
    """What is to be said; `failed`: the build ends here. `audited`: somebody could be asked."""

    lines: tuple[str, ...]
    failed: bool = False
    audited: bool = True


def accepted(text: str) -> list[Accepted]:
    """The list of what is let pass; raises for an entry that lacks its reason or its day."""
    entries = [Accepted(**one) for one in tomllib.loads(text).get("accepted", ())]
    if wrong := [one.id for one in entries if not one.reason or not isinstance(one.until, date)]:
        raise ValueError(f"a reason and a day are missing of {', '.join(wrong)}")
    return entries


def judged(found: Found | None, passing: Iterable[Accepted], today: date, lock: str) -> Verdict:
    """What was found about one lock file; None: nobody could be asked."""
    known = [one for one in found or () if "skip_reason" not in one]
    let = {one.id for one in passing if one.until >= today}
    bad = [
        f"{lock}: {one['name']} {one['version']} has {', '.join(sorted(ids))}"
        + (f", mended in {', '.join(flaw['fix_versions'])}" if flaw["fix_versions"] else "")
        for one in known
        for flaw in one["vulns"]
        if not (ids := {flaw["id"], *flaw.get("aliases", ())}).intersection(let)
    ]
    if bad:
        return Verdict(tuple(bad), failed=True)
    if found is None or len(known) < ENOUGH * len(found):
        return Verdict((NOT_AUDITED.format(lock=lock),), audited=False)
    return Verdict((f"{lock}: no vulnerability is known of {len(known)}.",))


def asked(lock: str, service: str) -> Found | None:
    """What that service knows of the packages in that file; None when it could not be asked."""
    words = ["-r", lock, "-s", service, "--disable-pip", "--require-hashes", "-f", "json"]
    program = [str(Path(sys.executable).with_name("pip-audit")), *words, "--progress-spinner=off"]
    try:
        done = subprocess.run(
            program, cwd=ROOT, capture_output=True, timeout=LONGEST_SECONDS, check=False
        )
        found: Found = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return None
    return found


def main() -> int:
    """Ask about each lock file until one service knows; 1 when something is known to be bad."""
    passing, today = accepted(ACCEPTED.read_text()), datetime.now(UTC).date()
    failed, services = False, list(SERVICES)
    for lock in LOCKS:
        verdict = judged(None, passing, today, lock)
        for service in tuple(services):
            verdict = judged(asked(lock, service), passing, today, lock)
            if verdict.audited:
                break
            services.remove(service)  # it would not know the other files either
        failed |= verdict.failed
        sys.stderr.write("".join(f"{line}\n" for line in verdict.lines))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
