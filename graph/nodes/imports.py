"""Imports and their reports as the API shows them."""

from graph import enums
from graph.enums import known
from graph.nodes.stored import Raw, identity
from graph.types.imports import Import, RowProblem


def table(raw: Raw) -> Import:
    """An import, without its report."""
    return Import(
        id=identity(raw),
        status=known(enums.JobStatus, raw.get("status"), enums.JobStatus.PENDING),
        dry_run=raw["dryRun"],
        total=raw["total"],
        done=raw["done"],
        created=raw["created"],
        updated=raw["updated"],
        failed=raw["failed"],
        name=raw["name"],
        problem=raw.get("problem"),
        created_at=raw["createdAt"],
        finished_at=raw.get("finishedAt"),
        pages={},
    )


def row_problem(raw: Raw) -> RowProblem:
    """One line of the report."""
    return RowProblem(row=raw["row"], field=raw.get("field"), message=raw["message"])
