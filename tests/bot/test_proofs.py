"""An admin asks for the proof of somebody's consent, and gets a page and a file."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from mongoengine.connection import get_db

from adapters.mongo.files import DatabaseFiles
from bot.listeners.contacts import EDIT
from bot.members import ADMINS_ONLY
from bot.views.contact import PROOF
from domain.model import Thread
from tests.bot.button import known, pressed
from tests.bot.events import AGENT
from tests.bot.hand import Hand, words
from tests.bot.office import LINKS, conversation, workspace
from tests.bot.rig import INBOX, Rig
from tests.clock import FakeClock


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace with a conversation."""
    async with workspace(FakeClock(datetime.now(UTC))) as (built, _):
        yield built


@pytest.fixture
async def hand(rig: Rig) -> Hand:
    """Somebody with a contact's form before them."""
    thread: Thread = conversation(rig.clock, INBOX)
    found = Hand(rig)
    await pressed(found, EDIT, thread.id)
    return found


async def test_an_admin_gets_both_forms_by_links_that_work(rig: Rig, hand: Hand) -> None:
    """Row: §7.1."""
    known(rig, AGENT, "Dana Reyes", role="admin")
    assert (await hand.press(PROOF))["ok"]
    shown = str((await hand.top())["blocks"])
    tokens = re.findall(r"https://texts\.example\.com/files/([^|>]+)", shown)
    page, data = (b"".join(DatabaseFiles(get_db()).read(_read(one))) for one in tokens)
    assert b"Proof of consent to text messages" in page
    assert b"Dana Reyes (Slack)" in page
    assert json.loads(data)["head"]["madeBy"] == "Dana Reyes (Slack)"
    assert "work until" in shown


async def test_others_do_not(rig: Rig, hand: Hand) -> None:
    known(rig, AGENT, "Dana Reyes", role="agent")
    await hand.press(PROOF)
    assert ADMINS_ONLY in words(await hand.top())
    assert get_db()["files.files"].count_documents({}) == 0


def _read(token: str) -> str:
    signed = LINKS.read(token)
    assert signed
    return signed[0]
