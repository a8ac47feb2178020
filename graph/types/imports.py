"""A table of contacts that is being read in."""

from datetime import datetime

import strawberry

from graph.enums import JobStatus
from graph.fields import field
from graph.types.contact import After, First
from graph.types.page import Connection, Pages


@strawberry.type(
    name="ImportError",
    description="One line of an import's report. Most are about a row that was left out; one "
    "about `smsOptIn` says that the row was read but its consent was not.",
)
class RowProblem:
    """It never repeats what the cell held."""

    row: int = strawberry.field(description="The row as spreadsheets number it; the header is 1.")
    field: str | None = strawberry.field(
        description="The column, by our name of it; null when it is about the whole row."
    )
    message: str = strawberry.field(description="What is wrong with it.")


@strawberry.type(description="A table of contacts that is being read in.")
class Import:
    """A dry run counts what an import would do."""

    id: strawberry.ID = strawberry.field(description="The import's id.")
    status: JobStatus = strawberry.field(description="How far it is.")
    dry_run: bool = strawberry.field(description="Whether it only says what would happen.")
    total: int = strawberry.field(description="How many rows there are; blank ones do not count.")
    done: int = strawberry.field(description="How many of them have been dealt with.")
    created: int = strawberry.field(description="How many made a new contact.")
    updated: int = strawberry.field(description="How many were of a contact that exists.")
    failed: int = strawberry.field(description="How many were left out; `errors` says why.")
    name: str = strawberry.field(description="The file's name.")
    problem: str | None = strawberry.field(
        description="Why it failed as a whole; rows that were read before stay."
    )
    created_at: datetime = strawberry.field(description="When it was handed in.")
    finished_at: datetime | None = strawberry.field(description="When it ended.")
    pages: strawberry.Private[Pages]

    @field("The report, by row; ten thousand lines at most are kept.")
    def errors(self, first: First = 100, after: After = strawberry.UNSET) -> Connection[RowProblem]:
        """Loaded with the import."""
        found: Connection[RowProblem] = self.pages["errors", first, after or None]
        return found
