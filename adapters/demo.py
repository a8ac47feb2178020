"""What `threadline demo` runs with: the sandbox's accounts, and secrets made on this machine."""

import os
import secrets
from pathlib import Path
from typing import Any

from pymongo.database import Database

from adapters.sandbox import SandboxConfig, features
from adapters.seed import GUESTS
from adapters.settings import Settings

ACCOUNT_SID = "AC" + "5a" * 16
NUMBER = "+15555550100"
INBOX, AGENTS = "C0INBOX", "S0AGENTS"
MARK = "demo"
PACE = 1000  # the sandbox has no limits until it is given some


def secret(folder: Path, name: str) -> str:
    """The secret of that name in the data directory, made at the first call, for the owner only."""
    path = folder / name
    if path.exists() and (known := path.read_text().strip()):
        return known
    made = secrets.token_urlsafe(32)
    draft = folder / f"{name}.new"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(made)
    draft.replace(path)
    return made


def is_begun(folder: Path) -> bool:
    """Whether the demo keeps its data there."""
    return (folder / "twilio_token").exists()


def mark(database: Database[dict[str, Any]]) -> None:
    """Write down that this database is the demo's: its people are invented, its token known."""
    database[MARK].update_one({"_id": "demo"}, {"$set": {"invented": True}}, upsert=True)


def is_marked(database: Database[dict[str, Any]]) -> bool:
    """Whether the demo has ever run on it."""
    return database[MARK].find_one({"_id": "demo"}) is not None


def settings(given: Settings) -> Settings:
    """The settings of the demo: everything that would reach the outside goes to the sandbox."""
    folder = given.threadline_data
    here = f"http://127.0.0.1:{given.port}"
    overrides: dict[str, Any] = {
        "environment": "development",
        "public_url": here,
        "secret_key": secret(folder, "secret_key"),
        "business_name": given.business_name,
        "twilio_account_sid": ACCOUNT_SID,
        "twilio_auth_token": secret(folder, "twilio_token"),
        "twilio_phone_number": NUMBER,
        "twilio_api_url": f"{here}/sandbox/twilio",
        "slack_bot_token": "xoxb-" + secret(folder, "slack_token"),
        "slack_signing_secret": secret(folder, "slack_signing_secret"),
        "slack_api_url": f"{here}/sandbox/slack/api/",
        "slack_inbox_channel": INBOX,
        "slack_agents": AGENTS,
        "slack_pace": PACE,
        "sandbox_ledger": folder / "sandbox.jsonl",
    }
    return Settings.load(**overrides)


def sandbox(demo: Settings, manifest: str = "") -> SandboxConfig:
    """A sandbox that plays the accounts of these settings, and offers what the manifest does."""
    here, offered = demo.base_url, features(manifest)
    return SandboxConfig(
        product_url=here,
        own_url=f"{here}/sandbox",
        account_sid=demo.twilio_account_sid or "",
        auth_token=_plain(demo.twilio_auth_token),
        numbers=demo.twilio_numbers,
        messaging_service_sid=demo.twilio_messaging_service_sid,
        slack_bot_token=_plain(demo.slack_bot_token),
        slack_signing_secret=_plain(demo.slack_signing_secret),
        slack_app_token=_plain(demo.slack_app_token) or None,
        ledger=demo.sandbox_ledger,
        commands=offered.commands,
        shortcuts=offered.shortcuts,
        home=offered.home,
        handles_stop=demo.confirmation_owner == "twilio",
        customers=tuple((guest.phone, f"{guest.first} {guest.last}") for guest in GUESTS),
        links=(("GraphQL", "/graphql"),),
    )


def _plain(secret: Any) -> str:
    return str(secret.get_secret_value()) if secret else ""
