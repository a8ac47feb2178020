"""What is made, checked or counted anew in the database; and the schema."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import typer

import app
from adapters.progress import progress
from cli.opening import opened, operator
from domain.services import ledger, upgrade
from domain.services.automation import shipping
from domain.services.figures import keeping
from domain.services.operation import audit


def indexes() -> None:
    """Make all database indexes, and what they need in old documents; run it at every release."""
    with opened() as house:
        made, filled = app.ensure_indexes(house), upgrade.complete(house.clock.now())
        typer.echo(f"{len(made)} indexes are in place in {house.settings.database}.")
        if filled:
            typer.echo(f"{filled:,} documents of an earlier version are up to date.")
        if shipped := shipping.ship(house.clock.now()):
            typer.echo(f"{len(shipped)} templates to begin with have been added.")


def recount() -> None:
    """Count the figures of all days anew from the texts themselves; safe while it all runs."""
    with opened() as house:
        zone = ZoneInfo(house.policy.consent.zone)
        counted = sum(1 for _ in keeping.rebuild_all(zone, house.clock.now()))
    typer.echo("1 day was counted." if counted == 1 else f"{counted:,} days were counted.")


def schema() -> None:
    """Print the GraphQL schema."""
    typer.echo(app.schema_text(), nl=False)


def check_ledger() -> None:
    """Compare every number's state with its consent events; write nothing."""
    with opened() as house:
        total = ledger.size()
        with progress("Checking", total) as seen:
            wrong = _told(ledger.check(house.clock.now(), seen))
    agree = f"All agree: {total:,} compared." if total else "There is nobody in this database."
    typer.echo(f"{wrong:,} differ: run `threadline ledger rebuild`." if wrong else agree)
    raise typer.Exit(1 if wrong else 0)


def rebuild_ledger() -> None:
    """Write every number's state anew from its consent events, then check it."""
    with opened() as house:
        audit.record("ledger.rebuild", operator(), house.clock.now())
        with progress("Rebuilding", ledger.size()) as seen:
            found = _told(ledger.rebuild(house.clock.now(), seen))
        with progress("Checking", ledger.size()) as seen:
            left = sum(1 for _ in ledger.check(house.clock.now(), seen))
    typer.echo(f"{found:,} differed." + (f" {left:,} still do: see above." if left else ""))
    raise typer.Exit(1 if left else 0)


def _told(lines: Iterator[str]) -> int:
    """Print them as they come; how many they were."""
    told = 0
    for line in lines:
        typer.echo(line)
        told += 1
    return told
