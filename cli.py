"""The commands. Thin: each reads the settings, builds what it needs and runs it."""

import asyncio
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import typer
import uvicorn

import app
from adapters import demo as demo_parts
from adapters import seed as seed_parts
from adapters import startup, tables
from adapters.mongo.embedded import running
from adapters.progress import progress
from adapters.sandbox import create
from adapters.settings import Settings
from adapters.startup import StartupError
from adapters.web import logs
from bot import manifest
from domain.errors import DomainError
from domain.services import adoption, ledger, proof, tokens, upgrade, wordings
from domain.services.automation import shipping
from domain.services.figures import keeping

MOST_FRAME = 2**20  # bytes; the API's own limit is a little lower
A_MOMENT = 0.5  # seconds
LOCAL = "127.0.0.1"  # the demo and the sandbox act without credentials

commands = typer.Typer(
    name="threadline",
    help="Answer your customers' text messages from Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
ledger_commands = typer.Typer(
    help="Whether every number's state is what its consent events say.", no_args_is_help=True
)
commands.add_typer(ledger_commands, name="ledger")
token_commands = typer.Typer(help="API tokens for programs.", no_args_is_help=True)
commands.add_typer(token_commands, name="token")


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


@commands.command()
def demo() -> None:
    """Run everything on this machine, with a sandbox phone and a sandbox Slack."""
    given = Settings.load()
    if problems := given.sandbox_problems():
        raise StartupError(*problems)
    folder = startup.folder(given.threadline_data)
    settings = demo_parts.settings(given)
    logs.configure(json=False, level=30)
    with (
        startup.alone(folder),
        startup.listener(LOCAL, settings.port) as listener,
        _database(settings) as uri,
    ):
        house = app.build(settings, uri)
        app.ensure_indexes(house)
        upgrade.complete(house.clock.now())
        shipping.ship(house.clock.now())
        wordings.keep(house.policy, house.clock.now())
        token = _demo_token(settings, house.clock.now())
        sandbox = create(demo_parts.sandbox(settings, manifest.text()))
        opening = _first_conversations(house) if seed_parts.is_needed() else None
        web_app = app.web(house, work=True, sandbox=sandbox, opening=opening)
        demo_parts.mark(house.database)
        _greet(settings, token)
        _serve(web_app, listener, leaving=[sandbox.hang_up, house.leaving.set])
    typer.echo(f"Stopped. Your data is in {folder}.")


@commands.command()
def web() -> None:
    """Serve the webhooks, Slack's events and the GraphQL API."""
    with _house() as house:
        _up_to_date()
        settings = house.settings
        proxies = [str(proxy) for proxy in settings.trusted_proxies]
        wordings.keep(house.policy, house.clock.now())
        _tell_what_is_missing(settings)
        with startup.listener(settings.host, settings.port) as listener:
            _serve(app.web(house), listener, proxies, [house.leaving.set])


@commands.command()
def worker() -> None:
    """Send texts, show them in Slack, keep conversations summed up."""
    with _house() as house:
        _up_to_date()
        if house.settings.twilio_missing and house.settings.slack_missing:
            raise StartupError(*house.settings.live_problems())
        _tell_what_is_missing(house.settings)
        asyncio.run(_until_stopped(lambda stop: _work(house, stop)))


@commands.command()
def bot() -> None:
    """Listen to Slack by Socket Mode; needs SLACK_APP_TOKEN."""
    with _house() as house:
        _up_to_date()
        asyncio.run(_until_stopped(lambda stop: app.listen(house, stop)))


@commands.command()
def indexes() -> None:
    """Make all database indexes, and what they need in old documents; run it at every release."""
    with _house() as house:
        made, filled = app.ensure_indexes(house), upgrade.complete(house.clock.now())
        typer.echo(f"{len(made)} indexes are in place in {house.settings.database}.")
        if filled:
            typer.echo(f"{filled:,} documents of an earlier version are up to date.")
        if shipped := shipping.ship(house.clock.now()):
            typer.echo(f"{len(shipped)} templates to begin with have been added.")


@commands.command()
def adopt(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would happen; write nothing.")
    ] = False,
) -> None:
    """Take over the database of an earlier CRM; safe to end and to run again."""
    with _house() as house, progress("Adopting", adoption.size()) as seen:
        report = adoption.adopt(house.clock.now(), house.policy, dry_run=dry_run, seen=seen)
    typer.echo(_adopted(report, dry_run=dry_run))


@commands.command("import")
def import_contacts(
    file: Annotated[Path, typer.Argument(help="A CSV file; its first row names the columns.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would happen; write nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it begins.")] = False,
) -> None:
    """Read contacts from a CSV file; when it was cut short, the same again goes on."""
    with _house() as house:
        app.ensure_indexes(house)
        hands = tables.Hands(house.files, house.clock, house.policy)
        agreed = (lambda _: True) if yes else tables.asked
        found = hands.bring_in(file, typer.echo, dry_run=dry_run, agreed=agreed)
    raise typer.Exit(0 if found and found.status == "done" and not found.failed else 1)


@commands.command("export")
def export_contacts(
    file: Annotated[str, typer.Argument(help="Where to write it; - for standard output.")],
) -> None:
    """Write all contacts into a CSV file that `import` reads."""
    with _house():
        tables.write_out(file)


@commands.command("proof")
def prove(
    whom: Annotated[str, typer.Argument(help="A phone number or a contact's id.")],
    html: Annotated[bool, typer.Option("--html", help="As a page to read and print.")] = False,
) -> None:
    """Write all that proves one person's consent to standard output."""
    with _house() as house:
        contact, form = proof.meant(whom, house.policy.region), proof.HTML if html else proof.JSON
        whole = proof.written(contact, "the command line", house.clock.now(), house.policy, form)
        with suppress(BrokenPipeError):  # whoever reads it has seen enough
            sys.stdout.buffer.writelines(whole)


@ledger_commands.command("check")
def check_ledger() -> None:
    """Compare every number's state with its consent events; write nothing."""
    with _house() as house:
        total = ledger.size()
        with progress("Checking", total) as seen:
            wrong = _told(ledger.check(house.clock.now(), seen))
    agree = f"All agree: {total:,} compared." if total else "There is nobody in this database."
    typer.echo(f"{wrong:,} differ: run `threadline ledger rebuild`." if wrong else agree)
    raise typer.Exit(1 if wrong else 0)


@ledger_commands.command("rebuild")
def rebuild_ledger() -> None:
    """Write every number's state anew from its consent events, then check it."""
    with _house() as house:
        with progress("Rebuilding", ledger.size()) as seen:
            found = _told(ledger.rebuild(house.clock.now(), seen))
        with progress("Checking", ledger.size()) as seen:
            left = sum(1 for _ in ledger.check(house.clock.now(), seen))
    typer.echo(f"{found:,} differed." + (f" {left:,} still do: see above." if left else ""))
    raise typer.Exit(1 if left else 0)


@commands.command()
def recount() -> None:
    """Count the figures of all days anew from the texts themselves; safe while it all runs."""
    with _house() as house:
        zone = ZoneInfo(house.policy.consent.zone)
        counted = sum(1 for _ in keeping.rebuild_all(zone, house.clock.now()))
    typer.echo("1 day was counted." if counted == 1 else f"{counted:,} days were counted.")


@token_commands.command("create")
def create_token(
    name: Annotated[str, typer.Argument(help="What the token is for.")],
    scope: Annotated[list[str], typer.Option(help="read, write or admin; may be repeated.")],
) -> None:
    """Make an API token; its secret is shown this once."""
    with _house() as house:
        _, secret = tokens.create(name, scope, house.clock.now())
        typer.echo(secret)
        startup.tell_where(house.settings.mongodb_uri, house.settings.threadline_data)


@token_commands.command("list")
def list_tokens() -> None:
    """Show the tokens that exist, without their secrets."""
    with _house():
        for token in tokens.listed():
            state = "revoked" if token.revoked_at else ",".join(token.scopes)
            typer.echo(f"{token.id}  {state:<20}  {token.name}")


@token_commands.command("revoke")
def revoke_token(
    token_id: Annotated[str, typer.Argument(help="As `token list` shows it.")],
) -> None:
    """End a token at once; its open streams end within seconds."""
    with _house() as house:
        tokens.revoke(token_id, house.clock.now())
        typer.echo("Revoked.")


@commands.command()
def schema() -> None:
    """Print the GraphQL schema."""
    typer.echo(app.schema_text(), nl=False)


@contextmanager
def _house() -> Iterator[app.House]:
    settings = Settings.load()
    logs.configure(json=settings.environment == "production")
    with _database(settings) as uri:
        house = app.build(settings, uri)
        if settings.real_credentials and demo_parts.is_marked(house.database):
            raise StartupError(
                "This database holds the demo and its token: set THREADLINE_DATA to another "
                "folder, or remove the demo's first."
            )
        yield house


def _up_to_date() -> None:
    if upgrade.is_behind():
        raise StartupError(
            "The consent ledger is stored as an earlier version did: run `threadline indexes`."
        )


def _told(lines: Iterator[str]) -> int:
    """Print them as they come; how many they were."""
    told = 0
    for line in lines:
        typer.echo(line)
        told += 1
    return told


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


def _tell_what_is_missing(settings: Settings) -> None:
    """A process may well serve without Twilio or without Slack; its operator should know."""
    for line in settings.live_problems():
        sys.stderr.write(f"threadline: {line}\n")


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """The given MongoDB, or the embedded one."""
    if settings.mongodb_uri:
        yield settings.mongodb_uri.get_secret_value()
        return
    with running(settings.threadline_data / "db") as uri:
        yield uri


class _Server(uvicorn.Server):
    """Tells streams that never end by themselves to end, before it waits for them."""

    def __init__(self, config: uvicorn.Config, leaving: Sequence[Callable[[], None]]) -> None:
        super().__init__(config)
        self._leaving = leaving

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it, once the streams know."""
        for leave in self._leaving:
            leave()
        await super().shutdown(sockets)


def _serve(
    web_app: Any,
    listener: socket.socket,
    proxies: Sequence[str] = (),
    leaving: Sequence[Callable[[], None]] = (),
) -> None:
    """Run until Ctrl-C or SIGTERM."""
    startup.roomy()
    config = uvicorn.Config(
        web_app,
        log_config=None,
        access_log=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        ws_ping_interval=20,
        ws_max_size=MOST_FRAME,
        ws_per_message_deflate=False,  # it would compress each event for each subscriber anew
        timeout_graceful_shutdown=3,
    )
    with suppress(KeyboardInterrupt):
        _Server(config, leaving).run(sockets=[listener])


async def _work(house: app.House, stop: asyncio.Event) -> None:
    async with house.async_client, house.feed.running(), app.worker(house):
        await stop.wait()


async def _until_stopped(run: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run until SIGINT or SIGTERM, then let it finish what it began."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await run(stop)


def _demo_token(settings: Settings, now: datetime) -> str:
    """The demo's token: the same at every start, so that scripts go on working."""
    secret = "tl_" + demo_parts.secret(settings.threadline_data, "api_token")
    tokens.adopt("demo", secret, ["read", "write", "admin"], now)
    return secret


def _first_conversations(house: app.House) -> Callable[[], Coroutine[Any, Any, None]]:
    """Store the demo's people; their conversations begin when the server answers."""
    seed_parts.begin(house.clock.now(), house.policy)
    thinking = house.settings.collision_seconds + A_MOMENT
    return lambda: seed_parts.conversations(f"{house.settings.base_url}/sandbox", thinking)


def _greet(settings: Settings, token: str) -> None:
    typer.echo(
        f"\nThreadline is running. Stop it with Ctrl-C.\n\n"
        f"  Sandbox    {settings.base_url}/sandbox\n"
        f"  GraphQL    {settings.base_url}/graphql\n"
        f"  API token  {token}\n"
        f"  Daytime    {seed_parts.clock()}\n"
    )
