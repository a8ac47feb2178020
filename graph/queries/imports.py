"""Questions about tables of contacts."""

import strawberry

from domain import model
from domain.services.lists import pages
from graph.context import Call, Info
from graph.fields import Id, field
from graph.types.imports import Import


@strawberry.type(description="What can be asked about imports.")
class ImportQueries:
    """One of the roots of reading."""

    @field("One import, with its report; null when there is none with this id.", name="import")
    async def import_(self, info: Info, id: Id) -> Import | None:
        """Ask again while it is pending or running."""
        return await info.context.act(info, lambda call: _import(call, id))


def _import(call: Call, id: str) -> Import | None:
    return next(iter(call.load.imports(pages.by_id(model.Import, id), call.plan)), None)
