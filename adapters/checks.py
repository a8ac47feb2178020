"""What each part of the installation says of itself: cheap enough to be asked at any time."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from adapters.mongo.connection import has_transactions
from adapters.mongo.stream import moment
from adapters.slack.access import Standing
from domain import outbox
from domain.model import NOUNS, Message
from domain.model.indexes import surveyed
from domain.model.restoration import LOADING, READING
from domain.ports import Finding
from domain.services import workspaces as registry
from domain.services.recovery import lost
from domain.services.registry import chores, telling

OK, WARNING, FAILED = "ok", "warning", "failed"
SLOTS = ("dispatch", "relay")
AT_ONCE = ({"yields": None, "line": None},)
"""What yields may wait for long, and for no worker."""
A_WEEK = timedelta(days=7)
FEW = 3
"""So many are named where there may be hundreds."""
OPTED_OUT = 21610
PATIENCE = timedelta(minutes=2)
CHORES = {
    chores.CONSENTS: (
        "Twilio is told who opted out and who is back",
        "Ask Twilio for the Consents API (Compliance Toolkit), or set TWILIO_CONSENTS=0.",
    ),
    chores.LOOKUP: (
        "Advertising leaves once Twilio says whose number it is",
        "Ask Twilio for Lookup's reassigned_number, or set TWILIO_LOOKUP=0.",
    ),
    chores.DEACTIVATIONS: (
        "Twilio's lists of deactivated numbers are read",
        "Look at the account in the Twilio console, or set TWILIO_DEACTIVATIONS=0.",
    ),
}
"""What each does, and what to do when it does not."""
UNTOLD = "Twilio did not take what it was told of {count} numbers. Each is told again once a day."
LISTED = "Look at `tell.refused` in the collection `numbers`; our own block holds all the same."
UNSEEN = timedelta(hours=1)
LOOK_FIX = "Look at the account and the credentials in the Twilio console."
LOOK_AGAIN = "See that a worker runs, and its log for `work.failed` of `records`."
MANY_TRIES = 5
"""So often it may go wrong in a row before it is told."""
READ_FIX = "Look at status.twilio.com, and at what stands between this machine and Twilio."
FOREIGN = "{count} texts left from our numbers lately that Threadline did not send."
FOREIGN_FIX = "Find the other program: its texts know neither opt-outs nor hours that we keep."
RESTORE_FIX = "Stop all processes and run `threadline restore` with the same file again."
RESTORE_WAIT = "See that a worker runs and that Twilio is set up; it goes on by itself."

Check = Callable[[], Finding]


def run(checks: Sequence[Check]) -> list[Finding]:
    """All of them, one after the other; where the database is away, nothing after it can tell."""
    findings = []
    for check in checks:
        findings.append(check())
        if is_cut(findings):
            break
    return findings


def is_cut(findings: Sequence[Finding]) -> bool:
    """Whether nothing else could be looked at, because the database is away."""
    last = findings[-1]
    return last.name == "mongodb" and last.status == FAILED


def mongodb(client: MongoClient[dict[str, Any]]) -> Finding:
    """Whether it answers, and can do what we need."""
    try:
        hello = client.admin.command("hello")
    except PyMongoError as error:
        told = f"The database does not answer ({type(error).__name__})."
        return Finding("mongodb", FAILED, told, "Start it, and look at MONGODB_URI.")
    if not has_transactions(hello):
        told, fix = "The database is a standalone server.", "Make it a replica set."
        return Finding("mongodb", FAILED, told, fix)
    return Finding("mongodb", OK, "The database answers and is a replica set or a cluster.")


def indexes() -> Finding:
    """Whether every list has the index that serves it."""
    surveys = [surveyed(noun._get_collection(), noun.INDEXES) for noun in NOUNS]
    lacking = [
        f"{one.collection.name}.{name}"
        for one in surveys
        for name in (*sorted(one.want.keys() - one.have.keys()), *one.outdated)
    ]
    if not lacking:
        return Finding("indexes", OK, "All indexes are in place.")
    more = ", …" if len(lacking) > FEW else ""
    told = f"{len(lacking)} indexes are missing or outdated: {', '.join(lacking[:FEW])}{more}."
    return Finding("indexes", FAILED, told, "Run `threadline indexes`.")


def feed(position: str | None, now: datetime) -> Finding:
    """How far behind the subscriptions of the answering process are."""
    behind = now - moment(position) if position else None
    if behind is None or behind > PATIENCE:
        told = "Live events do not arrive in this process."
        return Finding("feed", FAILED, told, "See its log for `feed.interrupted`; restart it.")
    return Finding("feed", OK, "Live events arrive.")


def workers(now: datetime) -> Finding:
    """Whether work that is due is also done."""
    due = [at for slot in SLOTS if (at := outbox.earliest(slot, AT_ONCE))]
    if not due or now - min(due) < PATIENCE:
        return Finding("workers", OK, "Nothing that is due waits for a worker.")
    told = f"Work has been waiting for a worker since {min(due):%Y-%m-%d %H:%M} UTC."
    return Finding("workers", FAILED, told, "Start `threadline worker`, or start more of them.")


def slack(missing: Sequence[str], standings: Sequence[Standing]) -> Finding:
    """Whether it is configured, lets us in, and lets us do what we need."""
    void = [one for one in standings if one.trouble]
    if missing or not standings:
        return configured("slack", missing)
    if void:
        told = "; ".join(f"{_named(one)} ({one.trouble})" for one in void)
        fix = "Install the app again, and put the new token into the settings if it is there."
        return Finding("slack", FAILED, f"Slack does not take our token: {told}.", fix)
    told = "; ".join(f"{_named(one)} lacks {', '.join(one.lacking)}" for one in standings)
    fix = "Bring the app's manifest up to date, then install it again in that workspace."
    return Finding("slack", WARNING, f"The app may not do all it should: {told}.", fix)


def workspaces(unreadable: Sequence[str], ours: Sequence[str], install_url: str) -> Finding:
    """Whether every sender's texts have a workspace that shows them."""
    known = registry.listed()
    if unreadable:
        told = f"The tokens of {', '.join(unreadable)} cannot be read: SECRET_KEY has changed."
        fix = f"Set the key before it as SECRET_KEY_PREVIOUS, or install again at {install_url}."
        return Finding("workspaces", FAILED, told, fix)
    if not any(one.active for one in known):
        told = "No workspace has installed the app."
        return Finding("workspaces", WARNING, told, f"Open {install_url} and add it to Slack.")
    if orphans := registry.orphans(ours):
        gone = [one.name or one.team_id for one in known if not one.active]
        why = f" {', '.join(gone)} removed the app." if gone else ""
        told = f"Texts of {', '.join(orphans)} wait: no workspace shows them.{why}"
        fix = "Press Set up in Threadline's Home in Slack and choose the number there."
        return Finding("workspaces", FAILED, told, fix)
    return Finding("workspaces", OK, "Every number has its workspace.")


def carried(name: str) -> Finding:
    """Whether one of the carrier's services that is switched on works."""
    what, fix = CHORES[name]
    found = chores.found([name]).get(name)
    if found and found.trouble:
        since = f" (since {found.troubled_at:%Y-%m-%d %H:%M} UTC)" if found.troubled_at else ""
        return Finding(name, WARNING, f"{what}, but not now: {found.trouble}{since}", fix)
    if name == chores.CONSENTS and (count := telling.untold()):
        return Finding(name, WARNING, UNTOLD.format(count=count), LISTED)
    return Finding(name, OK, f"{what}.")


def records(now: datetime) -> Finding:
    """Whether Twilio's records are looked through, and what is strange in them."""
    found = chores.found([chores.RECORDS]).get(chores.RECORDS)
    look = found.look if found else None
    if found and found.trouble:
        told = f"Twilio does not let us look through its records: {found.trouble}"
        return Finding(chores.RECORDS, FAILED, told, LOOK_FIX)
    if found and found.work and found.work.last_error and found.work.attempts >= MANY_TRIES:
        why = found.work.last_error.rstrip(".")
        told = f"Twilio's records cannot be read: {why}. It is tried again by itself."
        return Finding(chores.RECORDS, WARNING, told, READ_FIX)
    if look and look.looked_to and now - look.looked_to > UNSEEN:
        told = (
            f"Twilio's records were last looked through up to {look.looked_to:%Y-%m-%d %H:%M} UTC."
        )
        return Finding(chores.RECORDS, WARNING, told, LOOK_AGAIN)
    if look and look.foreign_before:
        told = FOREIGN.format(count=look.foreign_before)
        return Finding(chores.RECORDS, WARNING, told, FOREIGN_FIX)
    return Finding(chores.RECORDS, OK, "Twilio's records are looked through for what was missed.")


def restoration() -> Finding:
    """How far a backup is that was put back."""
    found, name = lost.present(), "restoration"
    if found is None:
        return Finding(name, OK, "No backup is being restored.")
    taken = f"{found.taken_at:%Y-%m-%d %H:%M} UTC"
    if found.state == LOADING:
        told = f"The backup of {taken} is not wholly back: nothing is served."
        return Finding(name, FAILED, told, RESTORE_FIX)
    if found.state == READING:
        look = getattr(chores.found([chores.RECORDS]).get(chores.RECORDS), "look", None)
        seen = look.seen if look and look.since else 0
        told = (
            f"The backup of {taken} is back. No text leaves before Twilio's records since then "
            f"are read: {seen:,} texts so far."
        )
        return Finding(name, WARNING, told, RESTORE_WAIT)
    told = f"The backup of {taken} is back, and what has happened since is read."
    return Finding(name, OK, told)


def confirmations(owner: str, now: datetime) -> Finding:
    """Whether opt-outs are confirmed by whoever is to do it, as far as we can see."""
    if owner == "twilio":
        told = "Twilio confirms the opt-outs that it knows and answers HELP; we do the others."
        return Finding("confirmations", OK, told)
    refused = {
        "status": "failed",
        "direction": "outbound",
        "createdAt": {"$gt": now - A_WEEK},
        "purpose": "optout_confirmation",
        "errorCode": OPTED_OUT,
    }
    if Message._get_collection().find_one(refused, {"_id": 1}) is None:
        return Finding("confirmations", OK, "We confirm every opt-out and answer HELP.")
    told = "Twilio answers STOP itself and refuses our confirmations (error 21610)."
    fix = "Set CONFIRMATION_OWNER=twilio, or have Twilio switch its opt-out handling off."
    return Finding("confirmations", WARNING, told, fix)


def _named(standing: Standing) -> str:
    """A workspace as people call it."""
    found = registry.find(standing.key)
    return found.name or standing.key if found else "the workspace"


def configured(name: str, missing: Sequence[str]) -> Finding:
    """Whether the settings of a supplier are there."""
    if not missing:
        return Finding(name, OK, "It is configured.")
    told = f"It is not configured: {', '.join(missing)} missing."
    return Finding(name, WARNING, told, "Set what is missing and start the processes again.")
