"""The audit log and the role of the database user, on the command line."""

import json
from pathlib import Path

import pytest

from tests.terminal import Terminal
from tests.test_cli import located


@pytest.fixture
def terminal(tmp_path: Path, mongodb_uri: str, spare_database: str) -> Terminal:
    """A terminal whose commands use an empty database of this run's server."""
    return Terminal(tmp_path, {"MONGODB_URI": located(mongodb_uri, spare_database)})


def test_what_the_operator_does_is_in_the_audit_log(terminal: Terminal) -> None:
    secret = terminal.run("token", "create", "CRM", "--scope", "read").out.strip()
    told = terminal.run("audit", "--export").out
    entry = json.loads(told)
    assert (entry["action"], entry["actor"]["kind"]) == ("token.create", "operator")
    assert entry["facts"] == {"name": "CRM", "scopes": "read"}
    assert secret not in told
    assert "token.create" in terminal.run("audit", "--subject", entry["subject"]).out


def test_the_role_can_be_printed_before_there_is_a_database(tmp_path: Path) -> None:
    away = Terminal(tmp_path, {"MONGODB_URI": "mongodb://nobody.invalid/crm?replicaSet=rs0"})
    said = away.run("database-role").out
    assert said.startswith('db.getSiblingDB("crm").runCommand({')
    assert "dropDatabase" not in said
