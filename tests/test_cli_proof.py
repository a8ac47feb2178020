"""`threadline proof` as an operator meets it."""

import json
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from tests.terminal import Terminal
from tests.test_cli import located

JANE = "+17605551234"


@pytest.fixture
def terminal(tmp_path: Path, mongodb_uri: str, spare_database: str) -> Terminal:
    """A terminal whose commands use a database that knows Jane."""
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True) as client:
        jane = {"phone": JANE, "phones": [JANE], "firstName": "Jane"}
        client[spare_database]["contacts"].insert_one(jane)
    return Terminal(tmp_path, {"MONGODB_URI": located(mongodb_uri, spare_database)})


@pytest.mark.long
def test_a_number_in_any_form_is_enough_for_the_page(terminal: Terminal) -> None:
    page = terminal.run("proof", "(760) 555-1234", "--html").out
    assert page.startswith("<!doctype html>")
    assert JANE in page


@pytest.mark.long
def test_an_id_is_enough_too_and_nobody_has_no_proof(terminal: Terminal) -> None:
    told = json.loads(terminal.run("proof", JANE).out)
    assert told["head"]["madeBy"] == "the command line"
    assert json.loads(terminal.run("proof", told["contact"]["id"]).out)["contact"]["phone"] == JANE
    ended = terminal.run("proof", "+17605559999")
    assert (ended.code, ended.out) == (2, "")
    assert "No contact has this number." in ended.err
