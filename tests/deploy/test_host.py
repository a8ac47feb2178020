"""A host that builds from the Procfile, and one that installs the package, each from nothing."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

import app
from tests import local
from tests.server import free_port
from tests.story.newcomer import ROOT, copied
from tests.story.world import until
from tests.test_cli import answers, located

LONGEST_SECONDS = 600
LOCAL = {"TWILIO_API_URL": "http://127.0.0.1:9", "SLACK_API_URL": "http://127.0.0.1:9/"}
CREDENTIALS = {
    "TWILIO_ACCOUNT_SID": "AC" + "4c" * 16,
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_PHONE_NUMBER": "+17605550100",
    "SECRET_KEY": "k" * 40,
    "PUBLIC_URL": "https://texts.example.com",
}


def run(words: list[str], folder: Path, environment: dict[str, str]) -> str:
    """One command to its end; it must not fail."""
    done = subprocess.run(
        words,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def running(words: list[str], folder: Path, environment: dict[str, str]) -> Iterator[Any]:
    """One command as long as the block runs; it must end well when it is told to."""
    with (folder / "process.log").open("ab") as log:
        process = subprocess.Popen(words, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        code = process.wait(local.PATIENCE)
    assert code in (0, 143), (folder / "process.log").read_text()


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with nothing but what `requirements.txt` locks."""
    folder = tmp_path_factory.mktemp("host") / "python"
    run([sys.executable, "-m", "venv", str(folder)], ROOT, {})
    pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "-r", "requirements.txt"], ROOT, {"HOME": str(Path.home())})
    return folder


@pytest.fixture
def settings(bare: Path, mongodb_uri: str, spare_database: str) -> dict[str, str]:
    """What such a host gives a process: a path, a port, and what its owner set."""
    uri = located(mongodb_uri, spare_database)
    own = {"PATH": f"{bare / 'bin'}:/usr/bin:/bin", "PORT": str(free_port()), "MONGODB_URI": uri}
    return own | CREDENTIALS | LOCAL


def processes(folder: Path) -> dict[str, str]:
    """The lines of the Procfile."""
    return dict(re.findall(r"^(\w+): (.+)$", (folder / "Procfile").read_text(), re.MULTILINE))


@pytest.mark.long
def test_a_host_that_reads_the_procfile_runs_all_of_it(
    settings: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "app"
    copied(folder)
    lines = processes(folder)
    assert " indexes are in place" in run(["sh", "-c", lines["release"]], folder, settings)
    with (
        running(["sh", "-c", f"exec env {lines['web']}"], folder, settings),
        running(["sh", "-c", f"exec {lines['worker']}"], folder, settings) as worker,
    ):
        elsewhere = f"http://127.0.0.2:{settings['PORT']}"  # a router is not on the same address
        until(lambda: answers(f"{elsewhere}/readyz"), "the web process's first answer")
        until(lambda: _followed(settings["MONGODB_URI"]), "the worker at work")
        assert worker.poll() is None


def _followed(uri: str) -> bool:
    """Whether somebody follows the changes of that database."""
    with MongoClient[dict[str, Any]](uri) as client:
        name = client.get_default_database().name
        open_cursors = client["admin"].aggregate(
            [
                {"$currentOp": {"idleCursors": True}},
                {"$match": {"cursor.originatingCommand.$db": name}},
                {"$group": {"_id": "$appName", "all": {"$sum": 1}}},
            ]
        )
        return sum(int(one["all"]) for one in open_cursors) > 1


@pytest.mark.long
def test_the_package_has_all_that_it_needs(
    bare: Path, settings: dict[str, str], tmp_path: Path
) -> None:
    """Built, installed beside what is locked, and run where none of its sources are."""
    source, wheels, empty = tmp_path / "source", tmp_path / "wheels", tmp_path / "empty"
    copied(source)
    empty.mkdir()
    pip = [str(bare / "bin" / "pip"), "--disable-pip-version-check"]
    home = {"HOME": str(Path.home()), "PATH": settings["PATH"]}
    run([*pip, "wheel", "--no-deps", "--wheel-dir", str(wheels), str(source)], empty, home)
    shutil.rmtree(source)
    (wheel,) = wheels.iterdir()
    run([*pip, "install", "--no-deps", "--no-index", str(wheel)], empty, home)
    assert "worker" in run(["threadline", "--help"], empty, settings)
    assert run(["threadline", "schema"], empty, settings) == app.schema_text()
    run(["threadline", "indexes"], empty, settings)
    with running(["threadline", "web"], empty, settings | {"GRAPHIQL": "1"}):
        address = f"http://127.0.0.1:{settings['PORT']}"
        until(lambda: answers(f"{address}/readyz"), "the web process's first answer")
        page = local.get(f"{address}/graphql", headers={"accept": "text/html"})
        assert "<html" in page.text
