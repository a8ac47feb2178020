"""What each command begins with: the settings, the database, the house."""

import getpass
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import app
from adapters import demo as demo_parts
from adapters.mongo.embedded import running
from adapters.settings import Settings
from adapters.settings.secrets import exposed
from adapters.startup import StartupError
from adapters.web import logs
from domain import outages
from domain.model import Author
from domain.services import upgrade
from domain.services.operation import audit
from domain.services.recovery import restored

GONE = "The database went away: see that it runs, then start this again."


@contextmanager
def opened(process: str = "command", given: Settings | None = None) -> Iterator[app.House]:
    """Settings, database and adapters, for as long as the command runs; StartupError if not."""
    settings = given or Settings.load()
    for line in exposed(Settings, os.environ):
        sys.stderr.write(f"threadline: {line}\n")
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    logs.configure(json=settings.environment == "production", level=level)
    with database(settings) as uri:
        house = app.build(settings, uri, process)
        if settings.real_credentials and demo_parts.is_marked(house.database):
            raise StartupError(
                "This database holds the demo and its token: set THREADLINE_DATA to another "
                "folder, or remove the demo's first."
            )
        try:
            yield house
        except Exception as error:
            if outages.passes(error):
                raise StartupError(GONE) from error
            raise
        finally:
            house.telemetry.close()


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The given MongoDB, or the embedded one."""
    if settings.mongodb_uri:
        yield settings.mongodb_uri.get_secret_value()
        return
    with running(settings.threadline_data / "db") as uri:
        yield uri


def operator() -> Author:
    """Whoever runs the command, by their account on this machine."""
    try:
        return audit.operator(getpass.getuser())
    except (KeyError, OSError):  # a container's user may have no name
        return audit.operator(f"uid {os.getuid()}")


def up_to_date() -> None:
    """StartupError when the database was written by an earlier version, or only half restored."""
    if restored.is_cut_short():
        raise StartupError(restored.UNFINISHED)
    if upgrade.is_behind():
        raise StartupError(
            "The consent ledger is stored as an earlier version did: run `threadline indexes`."
        )


def tell_what_is_missing(settings: Settings) -> None:
    """A process may well serve without Twilio or without Slack; its operator should know."""
    for line in settings.live_problems():
        sys.stderr.write(f"threadline: {line}\n")
