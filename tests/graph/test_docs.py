"""Every example of docs/api.md is run as it stands there, against a running demo."""

import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient

from tests import local
from tests.anytime import SETTING
from tests.graph.guide import ROOT, Example, examples, outputs
from tests.graph.node import installed
from tests.server import free_port
from tests.terminal import Terminal
from tests.test_cli import answers, located, until

PAGE = ROOT / "docs" / "api.md"
LANGUAGES = ("sh", "python", "js")  # the later ones find what the earlier ones made
KEEP = Example("sh", 'printf %s "$TOKEN" > token\n', "")  # for the others


@pytest.fixture
def settings(tmp_path: Path, mongodb_uri: str, spare_database: str) -> Iterator[dict[str, str]]:
    """The environment of a program beside a running demo."""
    uri, port = located(mongodb_uri, spare_database), free_port()
    with MongoClient[dict[str, object]](uri) as client:
        # The demo tells its own stories only to an empty house.
        client.get_default_database()["contacts"].insert_one({"phone": "+17605559999"})
    own = {"MONGODB_URI": uri, "THREADLINE_DATA": str(tmp_path / "data"), "PORT": str(port)}
    own |= SETTING
    terminal = Terminal(tmp_path, own | {"REPLY_HOLD_SECONDS": "0", "COLLISION_SECONDS": "0"})
    with terminal.running("demo") as process:
        until(lambda: answers(f"http://127.0.0.1:{port}/healthz"))
        yield own | {"API": f"http://127.0.0.1:{port}/graphql"}
        process.send_signal(signal.SIGINT)
        process.wait(local.PATIENCE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The project's folder as the examples use it, where their own files do no harm."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    return tmp_path


def test_every_example_does_what_the_page_says(folder: Path, settings: dict[str, str]) -> None:
    installed()
    if not shutil.which("curl"):
        pytest.skip("curl is not installed: the examples of docs/api.md are NOT run")
    blocks, wrong = [*examples(PAGE), KEEP], list[tuple[str, str]]()
    for language in LANGUAGES:
        mine = [block for block in blocks if block.language == language]
        shown = outputs(language, mine, folder, settings)
        for block, output in zip(mine, shown, strict=True):
            wrong += [] if block.fits(output) else [(block.printed, output)]
        settings["TOKEN"] = (folder / "token").read_text()
    assert wrong == []


def test_every_block_of_the_page_is_run() -> None:
    blocks = examples(PAGE)
    assert {block.language for block in blocks} == set(LANGUAGES)
    assert len(blocks) > 15


@pytest.mark.parametrize("output", ['{"id": "6b0"}\n', '{"id":"6b0\n12"}', '{ "id" : "é" }'])
def test_three_dots_stand_for_anything(output: str) -> None:
    assert Example("sh", "", '{"id":"…"}\n').fits(output)


@pytest.mark.parametrize("output", ["", '{"id":""}', '{"id":"6b0"}, and more', '{"key":"6b0"}'])
def test_all_else_is_to_the_letter(output: str) -> None:
    assert not Example("sh", "", '{"id":"…"}\n').fits(output)
