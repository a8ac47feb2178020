"""`threadline recount` as an operator meets it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from tests.terminal import Terminal
from tests.test_cli import located


@pytest.mark.long
def test_every_day_since_the_first_text_is_counted(
    tmp_path: Path, mongodb_uri: str, spare_database: str
) -> None:
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True) as client:
        began = datetime.now(UTC) - timedelta(days=3)
        text = {"origin": "one", "direction": "inbound", "status": "received", "createdAt": began}
        client[spare_database]["smsmessages"].insert_one(text)
        terminal = Terminal(tmp_path, {"MONGODB_URI": located(mongodb_uri, spare_database)})
        assert terminal.run("recount").out == "4 days were counted.\n"
        assert client[spare_database]["rollupdays"].count_documents({}) == 4
        assert terminal.run("recount").out == "4 days were counted.\n"
