"""Who did what, for the operator."""

import json
from typing import Annotated, Any

import typer

from cli.opening import opened
from domain.services.operation import audit

MOST = 10_000


def show_audit(
    subject: Annotated[
        str | None, typer.Option(help="Only what was done to the thing of this id.")
    ] = None,
    most: Annotated[int, typer.Option(help="So many at most.", min=1, max=MOST)] = 50,
    export: Annotated[
        bool, typer.Option("--export", help="Everything, the oldest first, as JSON lines.")
    ] = False,
) -> None:
    """Show who did what: the newest first, or all of it as JSON lines."""
    with opened():
        if export:
            for raw in audit.all_of(subject):
                typer.echo(json.dumps(_told(raw), ensure_ascii=False))
            return
        for raw in audit.listed(subject, most):
            typer.echo(_line(_told(raw)))


def _told(raw: dict[str, Any]) -> dict[str, Any]:
    """Plain values under the names that the API has for them."""
    by = raw["by"]
    told = {
        "id": str(raw["_id"]),
        "at": raw["createdAt"].isoformat(timespec="milliseconds"),
        "actor": {name: by.get(name, "") for name in ("kind", "key", "name")},
        "action": raw["action"],
        "subject": raw.get("subject"),
        "ip": raw.get("ip"),
        "facts": raw.get("facts") or {},
    }
    return {name: value for name, value in told.items() if value is not None}


def _line(told: dict[str, Any]) -> str:
    facts = " ".join(f"{name}={value}" for name, value in told["facts"].items())
    who = told["actor"]["name"] or told["actor"]["key"] or told["actor"]["kind"]
    about = (told["at"][:19], told["action"], told.get("subject"), who, told.get("ip"), facts)
    return "  ".join(filter(None, about))
