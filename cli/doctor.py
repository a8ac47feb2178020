"""`threadline doctor`: what works, what does not, and the one thing to do about it."""

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

import app
from adapters import demo as demo_parts
from adapters.doctor.hooks import Repair
from adapters.settings import Settings
from adapters.startup import StartupError
from app.doctor import Report, can_be_repaired, report
from app.examining import repair
from cli.opening import opened, operator
from domain.ports import Finding
from domain.services.operation import audit

SIGNS = {"ok": "ok     ", "warning": "warning", "failed": "FAILED "}
COLOURS = {"ok": typer.colors.GREEN, "warning": typer.colors.YELLOW, "failed": typer.colors.RED}
NOTHING = "Nothing to set at Twilio."
UNREAD = "Nobody could look at what is set at Twilio ({why}): nothing was set."
NO_ADDRESS = "PUBLIC_URL is missing: without it nobody knows what Twilio should call."
SET = "{label} has {before}.\n  It should be {after} with HTTP POST."
AS_IT_SAYS = "Do as it says, then run this again."


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Set Twilio's webhooks to here.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it sets one.")] = False,
) -> None:
    """Look at everything: settings, database, Twilio, Slack, PUBLIC_URL, the processes."""
    try:
        with _opened() as house:
            found = asyncio.run(report(house))
            if fix and _mended(house, found, yes=yes, quiet=as_json):
                found = asyncio.run(report(house))
    except StartupError as error:
        found = Report([Finding("start", "failed", one, AS_IT_SAYS) for one in error.problems])
    _show(found, as_json=as_json)
    raise typer.Exit(0 if found.ok else 1)


@contextmanager
def _opened() -> Iterator[app.House]:
    """As the processes have it; beside the demo, as the demo has it."""
    given = Settings.load()
    invented = not given.real_credentials and demo_parts.is_begun(given.threadline_data)
    with opened(given=demo_parts.settings(given) if invented else given) as house:
        logging.getLogger("adapters.slack").setLevel(logging.ERROR)  # the report says it
        yield house


def _mended(house: app.House, found: Report, *, yes: bool, quiet: bool) -> bool:
    """Set each that is wrong, when it is wanted; whether any was set."""
    out = sys.stderr if quiet else sys.stdout
    if not can_be_repaired(house.settings):
        out.write(f"{NO_ADDRESS}\n")
        return False
    if found.unread:
        out.write(f"{UNREAD.format(why=found.unread)}\n")
    elif not found.repairs:
        out.write(f"{NOTHING}\n")
    return len([one for one in found.repairs if _set(house, one, yes=yes, quiet=quiet)]) > 0


def _set(house: app.House, one: Repair, *, yes: bool, quiet: bool) -> bool:
    typer.echo(SET.format(label=one.label, before=one.before, after=one.after), err=quiet)
    if not yes and not typer.confirm("Set it?", default=False, err=quiet):
        return False
    facts = {"before": one.before, "after": one.after}
    audit.record("webhook.set", operator(), house.clock.now(), one.sid, **facts)
    if trouble := asyncio.run(repair(house, one)):
        typer.echo(f"It was not set: {trouble.reason}.", err=True)
        return False
    typer.echo("Set.", err=quiet)
    return True


def _show(found: Report, *, as_json: bool) -> None:
    if as_json:
        parts = [
            {"name": one.name, "status": one.status, "message": one.message, "fix": one.fix}
            for one in found.findings
        ]
        typer.echo(json.dumps({"ok": found.ok, "checks": parts}, indent=2))
        return
    for one in found.findings:
        sign = typer.style(SIGNS[one.status], fg=COLOURS[one.status])
        typer.echo(f"{sign}  {one.name}: {one.message}")
        if one.fix and one.status != "ok":
            typer.echo(f"         -> {one.fix}")
