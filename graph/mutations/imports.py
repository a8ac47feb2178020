"""What can be done with tables of contacts."""

from collections.abc import Iterator
from typing import Annotated, BinaryIO

import strawberry
from starlette.datastructures import UploadFile
from strawberry import UNSET
from strawberry.file_uploads import Upload

from domain.services.tables import exports, imports
from graph.context import Call, Info
from graph.fields import Id, mutation, said
from graph.inputs import lists
from graph.inputs.lists import ContactFilter
from graph.mutations.files import exported
from graph.results import ExportResult, ImportResult, import_of
from graph.types.export import Export
from graph.types.imports import Import

PIECE = 262_144


@strawberry.type(description="What can be done with tables of contacts.")
class ImportMutations:
    """One of the roots of writing."""

    @mutation(
        "Read contacts from a CSV file, in the background: `import` says how far it is. Rows whose "
        "number is known change that contact, others make one; an empty cell changes nothing."
    )
    async def import_contacts(
        self,
        info: Info,
        csv: Annotated[Upload, said("The file, in a multipart request.")],
        dry_run: Annotated[bool | None, said("Only say what would happen.")] = True,
    ) -> ImportResult:
        """The whole file is looked at before anything begins."""
        return await info.context.act(info, lambda call: _start(call, csv, dry_run is not False))

    @mutation("Call an import off before its next page of rows; what was read in stays.")
    async def cancel_import(self, info: Info, id: Id) -> ImportResult:
        """A Problem when it has ended."""
        return await info.context.act(info, lambda call: _cancel(call, id))

    @mutation("Write contacts into a CSV file that an import reads, and say where it is.")
    async def export_contacts(
        self,
        info: Info,
        filter: Annotated[ContactFilter | None, said("Which ones; all if it is left out.")] = UNSET,
    ) -> ExportResult:
        """Cells that a spreadsheet would run are made harmless."""
        match = lists.contact_filter(None, filter or None).match()
        return await info.context.act(info, lambda call: _export(call, match))


def _start(call: Call, csv: object, dry_run: bool) -> Import:
    assert isinstance(csv, UploadFile)
    file = csv.file
    made = imports.start(
        csv.filename or "",
        lambda: _pieces(file),
        call.files,
        call.now,
        dry_run=dry_run,
        author=call.author,
        region=call.policy.region,
    )
    return import_of(call, made)


def _cancel(call: Call, id: str) -> Import:
    return import_of(call, imports.cancel(id, call.files, call.now))


def _export(call: Call, match: dict[str, object]) -> Export:
    call.links.check()
    return exported(call, exports.export(call.files, match, call.now))


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """From its beginning, every time."""
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece
