"""What the operator's secrets open: the stored tokens, and the database."""

import typer

import app
from adapters.mongo.role import script
from adapters.settings import Settings
from cli.opening import opened, operator
from domain.services import numbers
from domain.services.operation import audit

CLOSED = "{many} stored tokens were closed with the present key."
KEEP = (
    "{many} numbers of people who were erased are known by keyed hashes alone: keep the former "
    "keys in SECRET_KEY_PREVIOUS for good, or their noes are not known when they come back."
)
FREE = "Nobody's no depends on a former key: once the links signed with it have expired, drop it."
LOST = "The tokens of {names} cannot be opened: set the key that closed them as a former one."


def rotate() -> None:
    """Close all stored tokens with the present SECRET_KEY; safe to end and to repeat."""
    with opened() as house:
        audit.record("keys.rotate", operator(), house.clock.now())
        kept = house.slack.installations
        typer.echo(CLOSED.format(many=kept.reseal() if kept else 0))
        left = numbers.forgotten()
        typer.echo(KEEP.format(many=left) if left else FREE)
        if lost := kept.unreadable() if kept else []:
            typer.echo(LOST.format(names=", ".join(lost)))
            raise typer.Exit(1)


def database_role() -> None:
    """Print the least role of the database user, for an administrator's mongosh."""
    database = Settings.load().database
    typer.echo(script(database, app.database_role(database)))
