"""A table of contacts that is being read in, a page of its rows at a time."""

from datetime import datetime

from mongoengine import (
    BooleanField,
    DateTimeField,
    EmbeddedDocumentField,
    IntField,
    ObjectIdField,
    StringField,
)
from pymongo import ASCENDING, IndexModel

from domain.model.base import TOLERANT, Author, Noun, Slot, index, present

STATUSES = ("pending", "running", "done", "failed", "canceled")


class Import(Noun):
    """One file. `row` and `offset` (bytes) are where its next page of work begins.

    `noted` lines of the report were made in all, `kept` of them are stored.
    """

    meta = {**TOLERANT, "collection": "imports"}
    INDEXES = (
        index("run", "run.due_at", where=present("run.due_at")),
        index("digest", "digest", "-_id"),
    )

    name: str = StringField(required=True)
    file_id: str = StringField(required=True, db_field="fileId")
    digest: str = StringField(required=True)
    region: str = StringField(required=True)
    dry_run: bool = BooleanField(required=True, db_field="dryRun")
    status: str = StringField(default="pending", choices=STATUSES)
    problem: str | None = StringField()
    total: int = IntField(default=0)
    done: int = IntField(default=0)
    created: int = IntField(default=0)
    updated: int = IntField(default=0)
    failed: int = IntField(default=0)
    noted: int = IntField(default=0)
    kept: int = IntField(default=0)
    row: int = IntField(default=0)
    offset: int = IntField(default=0)
    author: Author = EmbeddedDocumentField(Author, default=Author)
    run: Slot = EmbeddedDocumentField(Slot)
    created_at: datetime = DateTimeField(required=True, db_field="createdAt")
    finished_at: datetime | None = DateTimeField(db_field="finishedAt")


class RowError(Noun):
    """One line of an import's report; it never repeats what the cell held."""

    meta = {**TOLERANT, "collection": "importerrors"}
    INDEXES = (index("row", "importId", "row", "_id"),)

    import_id = ObjectIdField(required=True, db_field="importId")
    row: int = IntField(required=True)
    field: str | None = StringField()
    message: str = StringField(required=True)


class ImportedPhone(Noun):
    """A number that a dry run would have made a contact of; gone when the dry run ends."""

    meta = {**TOLERANT, "collection": "importphones"}
    INDEXES = (
        index("phone", "importId", "phone", unique=True),
        IndexModel([("at", ASCENDING)], name="forgotten", expireAfterSeconds=7 * 24 * 3600),
    )

    import_id = ObjectIdField(required=True, db_field="importId")
    phone: str = StringField(required=True)
    at: datetime = DateTimeField(required=True)
