"""What can be done with files."""

from typing import Annotated

import strawberry
from starlette.datastructures import UploadFile
from strawberry.file_uploads import Upload

from domain.ports import StoredFile
from domain.services import media, proof
from graph import nodes
from graph.context import Call, Info
from graph.enums import ProofFormat
from graph.fields import mutation, said
from graph.results import ContactId, ExportResult, MediaResult
from graph.types.export import Export
from graph.types.message import Media

JSON = ProofFormat.JSON


@strawberry.type(description="What can be done with files.")
class FileMutations:
    """One of the roots of writing."""

    @mutation(
        "Upload a picture or file, to be sent with `mediaIds`; one that no text uses is gone "
        "after a day."
    )
    async def upload_media(
        self, info: Info, file: Annotated[Upload, said("The file, in a multipart request.")]
    ) -> MediaResult:
        """Its type is told by its content, whatever its name says."""
        return await info.context.act(info, lambda call: _upload(call, file))

    @mutation("Write all that proves one contact's consent into a file, and say where it is.")
    async def export_proof(
        self,
        info: Info,
        contact_id: ContactId,
        format: Annotated[ProofFormat | None, said("For programs or for people.")] = JSON,
    ) -> ExportResult:
        """Every consent event, every text with its history and each of the gate's decisions."""
        return await info.context.act(info, lambda call: _proof(call, contact_id, format or JSON))


def _upload(call: Call, file: object) -> Media:
    assert isinstance(file, UploadFile)
    call.links.check()
    stored = media.upload(call.files, file.filename or "", file.file, call.now)
    return nodes.upload(stored, call.load.address)


def _proof(call: Call, contact_id: str, format: ProofFormat) -> Export:
    call.links.check()
    by, form = call.author.name, str(format.value)
    stored = proof.export(call.files, contact_id, by, call.now, call.policy, form)
    return exported(call, stored)


def exported(call: Call, stored: StoredFile) -> Export:
    """Where a file that was made for somebody is, for as long as it is there."""
    assert stored.expires_at
    url = call.links.link(stored.id, stored.expires_at)
    return Export(url=url, expires_at=stored.expires_at)
