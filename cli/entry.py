"""All commands by their names, and how one of them is run."""

import signal
import sys
from typing import NoReturn

import typer

from adapters.startup import StartupError
from cli import auditing, backups, doctor, keys, people, processes, tokens, upkeep
from domain.errors import DomainError

commands = typer.Typer(
    name="threadline",
    help="Answer your customers' text messages from Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
ledger = typer.Typer(
    help="Whether every number's state is what its consent events say.", no_args_is_help=True
)
token = typer.Typer(help="API tokens for programs.", no_args_is_help=True)

for process in (processes.demo, processes.web, processes.worker, processes.bot):
    commands.command()(process)
commands.command()(upkeep.indexes)
commands.command()(doctor.doctor)
commands.command()(backups.backup)
commands.command()(backups.restore)
commands.command()(people.adopt)
commands.command("import")(people.import_contacts)
commands.command("export")(people.export_contacts)
commands.command("proof")(people.prove)
commands.command()(upkeep.recount)
commands.command()(keys.rotate)
commands.command("database-role")(keys.database_role)
commands.command("audit")(auditing.show_audit)
commands.command()(upkeep.schema)
ledger.command("check")(upkeep.check_ledger)
ledger.command("rebuild")(upkeep.rebuild_ledger)
commands.add_typer(ledger, name="ledger")
token.command("create")(tokens.create_token)
token.command("list")(tokens.list_tokens)
token.command("revoke")(tokens.revoke_token)
commands.add_typer(token, name="token")


def main() -> None:
    """Run one command; what keeps it from starting is told in plain lines."""
    # So that what is open is closed: uvicorn passes the signal on when it has shut down.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        commands()
    except StartupError as error:
        _complain(*error.problems)
    except DomainError as error:
        _complain(error.message, *filter(None, [error.help]))


def _complain(*lines: str) -> NoReturn:
    for line in lines:
        sys.stderr.write(f"threadline: {line}\n")
    raise SystemExit(2) from None
