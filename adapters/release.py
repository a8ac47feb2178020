"""Which release of the product this process runs."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("adapters", "app", "bot", "cli", "domain", "graph")
SHOWN = 8


@cache
def release() -> str:
    """The version and a digest of the code, such as `0.1.0+1f0c9a2b`: two are equal by it alone."""
    try:
        number = version("threadline")
    except PackageNotFoundError:  # run from its folder, never installed
        number = "0"
    return f"{number}+{_digest()}"


def _digest() -> str:
    found = hashlib.sha256()
    for path in sorted(one for room in ROOMS for one in (ROOT / room).rglob("*.py")):
        found.update(path.relative_to(ROOT).as_posix().encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:SHOWN]
