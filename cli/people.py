"""Contacts in and out: another CRM's database, tables, and one person's proof."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

import app
from adapters import tables
from adapters.progress import progress
from cli.opening import opened, operator
from domain.services import adoption, proof
from domain.services.operation import audit


def adopt(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would happen; write nothing.")
    ] = False,
) -> None:
    """Take over the database of an earlier CRM; safe to end and to run again."""
    with opened() as house, progress("Adopting", adoption.size()) as seen:
        if not dry_run:
            audit.record("adopt", operator(), house.clock.now())
        report = adoption.adopt(house.clock.now(), house.policy, dry_run=dry_run, seen=seen)
    typer.echo(_adopted(report, dry_run=dry_run))


def import_contacts(
    file: Annotated[Path, typer.Argument(help="A CSV file; its first row names the columns.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would happen; write nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it begins.")] = False,
) -> None:
    """Read contacts from a CSV file; when it was cut short, the same again goes on."""
    with opened() as house:
        app.ensure_indexes(house)
        if not dry_run:
            audit.record("import.start", operator(), house.clock.now())
        hands = tables.Hands(house.files, house.clock, house.policy)
        agreed = (lambda _: True) if yes else tables.asked
        found = hands.bring_in(file, typer.echo, dry_run=dry_run, agreed=agreed)
    raise typer.Exit(0 if found and found.status == "done" and not found.failed else 1)


def export_contacts(
    file: Annotated[str, typer.Argument(help="Where to write it; - for standard output.")],
) -> None:
    """Write all contacts into a CSV file that `import` reads."""
    with opened() as house:
        audit.record("contacts.export", operator(), house.clock.now())
        tables.write_out(file)


def prove(
    whom: Annotated[str, typer.Argument(help="A phone number or a contact's id.")],
    html: Annotated[bool, typer.Option("--html", help="As a page to read and print.")] = False,
) -> None:
    """Write all that proves one person's consent to standard output."""
    with opened() as house:
        contact, form = proof.meant(whom, house.policy.region), proof.HTML if html else proof.JSON
        audit.record("proof.export", operator(), house.clock.now(), contact.id)
        whole = proof.written(contact, "the command line", house.clock.now(), house.policy, form)
        with suppress(BrokenPipeError):  # whoever reads it has seen enough
            sys.stdout.buffer.writelines(whole)


def _adopted(report: adoption.Report, *, dry_run: bool) -> str:
    """What was done in numbers, and what somebody should look at line by line."""
    untold = [f"... and {report.untold} more such lines."] if report.untold else []
    gone = ", ".join(report.indexes) or "none"
    lines = [
        "This is what would happen; nothing was written." if dry_run else "The database is ours.",
        f"  contacts             {report.contacts:,}",
        f"  texts                {report.texts:,} in {report.threads:,} conversations",
        f"  never sent           {report.unsent:,}, canceled",
        f"  opt-ins, opt-outs    {report.opt_ins:,}, {report.opt_outs:,}",
        f"  indexes in the way   {gone}",
        *(["Look at these:"] if report.lines else []),
        *(f"  {line}" for line in report.lines),
        *untold,
    ]
    return "\n".join(lines)
