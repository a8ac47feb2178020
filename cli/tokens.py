"""API tokens for programs."""

from typing import Annotated

import typer

from adapters import startup
from cli.opening import opened, operator
from domain.services import tokens
from domain.services.operation import audit


def create_token(
    name: Annotated[str, typer.Argument(help="What the token is for.")],
    scope: Annotated[list[str], typer.Option(help="read, write or admin; may be repeated.")],
) -> None:
    """Make an API token; its secret is shown this once."""
    with opened() as house:
        now = house.clock.now()
        made, secret = tokens.create(name, scope, now)
        told = {"name": made.name, "scopes": " ".join(made.scopes)}
        audit.record("token.create", operator(), now, made.id, **told)
        typer.echo(secret)
        startup.tell_where(house.settings.mongodb_uri, house.settings.threadline_data)


def list_tokens() -> None:
    """Show the tokens that exist, without their secrets."""
    with opened():
        for token in tokens.listed():
            state = "revoked" if token.revoked_at else ",".join(token.scopes)
            typer.echo(f"{token.id}  {state:<20}  {token.name}")


def revoke_token(
    token_id: Annotated[str, typer.Argument(help="As `token list` shows it.")],
) -> None:
    """End a token at once; its open streams end within seconds."""
    with opened() as house:
        now = house.clock.now()
        with audit.noted("token.revoke", operator(), now, token_id):
            tokens.revoke(token_id, now)
        typer.echo("Revoked.")
