"""`threadline doctor` against a running web process and a Twilio and a Slack over real HTTP."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from mongoengine.connection import get_db
from pymongo import MongoClient
from pymongo.database import Database
from starlette.applications import Starlette

from adapters import machine
from adapters.doctor import carrier, chat, door, hooks, inside, registered, stores
from adapters.doctor.hooks import wanted
from adapters.sandbox import SandboxConfig
from adapters.settings import Settings
from adapters.slack import account
from app.doctor import Report, report
from app.house import House
from domain.model import AuditEntry, Process
from domain.services.operation import checkups, processes
from tests import local
from tests.adapters.sandbox.town import NUMBER, Town, town
from tests.house.tree import ROOT
from tests.server import free_port
from tests.terminal import Outcome, Terminal
from tests.test_app import house_of, site
from tests.test_cli import located

ELSEWHERE = "https://old.example.com/sms"
PATIENT = {"http_timeout_seconds": str(local.PATIENCE)}


def chosen(config: SandboxConfig) -> dict[str, str]:
    """The settings of an installation whose Twilio and Slack are played by that sandbox."""
    return {
        "public_url": config.product_url,
        "secret_key": "k" * 32,
        "twilio_account_sid": config.account_sid,
        "twilio_auth_token": config.auth_token,
        "twilio_phone_number": NUMBER,
        "twilio_api_url": f"{config.own_url}/twilio",
        "slack_bot_token": config.slack_bot_token,
        "slack_signing_secret": config.slack_signing_secret,
        "slack_inbox_channel": "C0INBOX",
        "slack_api_url": f"{config.own_url}/slack/api/",
        **PATIENT,
    }


@dataclass(frozen=True)
class Premises:
    """A running installation: its house, and what is outside."""

    house: House
    outside: Town
    uri: str

    async def report(self, **changes: str) -> Report:
        """What doctor says, in an installation that is set up so."""
        given = chosen(self.outside.config) | changes
        return await report(replace(self.house, settings=Settings.load(_env_file=None, **given)))

    async def command(self, folder: Path, *words: str, **changes: str) -> Outcome:
        """What doctor says on the command line."""
        given = {**chosen(self.outside.config), "mongodb_uri": self.uri, **changes}
        settings = {name.upper(): value for name, value in given.items()}
        return await asyncio.to_thread(Terminal(folder, settings).run, "doctor", *words)


@pytest.fixture
async def here(
    db: Database[Any], client: MongoClient[Any], mongodb_uri: str
) -> AsyncIterator[Premises]:
    """With a worker that lives, and something that Slack told."""
    houses: list[House] = []
    account.ensure_indexes(db)

    def front(config: SandboxConfig, _: object) -> Starlette:
        settings = Settings.load(_env_file=None, **chosen(config))
        houses.append(house_of(client, mongodb_uri, settings))
        return site(houses[0])

    async with town(front=front) as outside:
        (house,) = houses
        release = await until_beating()
        later = house.clock.now() + timedelta(hours=1)  # however long this machine stalls
        processes.beat("web", "v", later, version=release)
        processes.beat("worker", "w", later, version=release)
        await outside.say("Good morning")
        await outside.until("/ledger", lambda ledger: heard(ledger["lines"]))
        yield Premises(house, outside, located(mongodb_uri, get_db().name))


async def until_beating() -> str:
    """Until the web process has said that it lives: its release."""
    async with asyncio.timeout(local.PATIENCE):
        while not (known := Process.objects(kind="web").first()):
            await asyncio.sleep(0.01)
    return str(known.version)


def heard(lines: list[dict[str, Any]]) -> bool:
    """Whether the product took what Slack told."""
    told = [line for line in lines if line["type"] == "delivery"]
    return any(line.get("acknowledged") for line in told)


def bad(found: Report) -> dict[str, str]:
    """What is not well, with what to do."""
    return {one.name: f"{one.message} {one.fix}" for one in found.findings if one.status != "ok"}


async def test_from_all_well_through_each_trouble_and_back(here: Premises, tmp_path: Path) -> None:
    assert bad(await here.report()) == {}
    assert {one.name for one in checkups.kept()} >= {"public_url", "twilio_webhook", "media"}

    await here.outside.put("/estate", {"numbers": {NUMBER: {"sms_url": ELSEWHERE}}})
    assert list(bad(await here.report())) == ["twilio_webhook"]
    asked = await here.command(tmp_path, "--fix")  # nobody answers yes
    assert asked.code == 1
    assert ELSEWHERE in asked.out
    assert (await here.outside.get("/estate"))["numbers"][NUMBER]["sms_url"] == ELSEWHERE
    done = await here.command(tmp_path, "--fix", "--yes", "--json")
    assert (done.code, json.loads(done.out)["ok"]) == (0, True)
    assert f"{NUMBER} has {ELSEWHERE}" in done.err
    after = wanted(here.house.settings.base_url)
    assert (await here.outside.get("/estate"))["numbers"][NUMBER]["sms_url"] == after
    (written,) = AuditEntry.objects(action="webhook.set")
    assert ELSEWHERE in written.facts["before"]

    troubled = bad(await here.report(twilio_auth_token="another"))
    assert set(troubled) == {"twilio_account", "twilio_webhook", "public_url"}
    assert "another TWILIO_AUTH_TOKEN" in troubled["public_url"]

    nowhere = f"http://127.0.0.1:{free_port()}"
    troubled = bad(await here.report(public_url=nowhere))
    assert set(troubled) == {"twilio_webhook", "public_url"}
    assert f"{nowhere} cannot be reached" in troubled["public_url"]

    processes.leave("w")
    troubled = bad(await here.report())
    assert set(troubled) == {"processes"}
    assert "Start `threadline worker`" in troubled["processes"]


async def test_where_twilio_is_not_nothing_is_said_to_be_well(
    here: Premises, tmp_path: Path
) -> None:
    wrong = {"twilio_api_url": f"{here.outside.config.own_url}/elsewhere"}
    told = bad(await here.report(**wrong))
    assert "no such Twilio account" in told["twilio_account"]
    assert "not known whether" in told["twilio_webhook"]
    wrong |= {"slack_api_url": "http://127.0.0.1:9/"}
    fixing = await here.command(tmp_path, "--fix", **wrong)
    assert "slack.unasked" not in fixing.err
    assert "Nobody could look" in fixing.out
    assert "Nothing to set" not in fixing.out


def test_every_line_is_explained() -> None:
    text = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
    modules = (carrier, chat, hooks, inside, machine, registered, stores)
    names = {value for one in modules for key, value in vars(one).items() if is_name(key, value)}
    assert {"twilio_account", "slack_inbox", "processes"} <= names
    assert [name for name in sorted({*names, door.NAME}) if f"`{name}`" not in text] == []


def is_name(key: str, value: object) -> bool:
    """Whether that is how a part is called, among a module's constants."""
    shaped = isinstance(value, str) and re.fullmatch(r"[a-z]+(_[a-z]+)?", value)
    return bool(key.isupper() and shaped and key not in {"BUSY", "KIND", "OK", "WARNING", "FAILED"})


async def test_what_keeps_it_from_looking_is_a_line_too(
    tmp_path: Path, mongodb_uri: str, spare_database: str
) -> None:
    def run(*words: str, **settings: str) -> Outcome:
        return Terminal(tmp_path, settings).run("doctor", *words)

    wrong = run("--json", PORT="eighty")
    assert wrong.code == 1
    (line,) = json.loads(wrong.out)["checks"]
    assert (line["name"], line["status"], "PORT" in line["message"]) == ("start", "failed", True)
    empty = run("--fix", MONGODB_URI=located(mongodb_uri, spare_database))
    assert (empty.code, "Traceback" in empty.err) == (1, False)
    assert "No web process is running" in empty.out
    assert "PUBLIC_URL is missing" in empty.out
