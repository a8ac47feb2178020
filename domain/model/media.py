"""Files that go with a text: those that we have, and those that are still to be had."""

from mongoengine import IntField, ObjectIdField, StringField

from domain.model.base import Part


class Attachment(Part):
    """A file of ours that goes with the text; `size` in bytes.

    `place` is its place among what came with the text from elsewhere, `source` where it was copied
    from. `chat_id` and `chat_link` are what the chat calls its own copy; `problem` is a sentence
    that says why it has none.
    """

    file_id = ObjectIdField(required=True, db_field="fileId")
    content_type: str = StringField(required=True, db_field="contentType")
    size: int = IntField(required=True, db_field="bytes")
    sha256: str = StringField(required=True)
    name: str | None = StringField()
    place: int | None = IntField()
    source: str | None = StringField()
    chat_id: str | None = StringField(db_field="chatFileId")
    chat_link: str | None = StringField(db_field="chatLink")
    problem: str | None = StringField()


class Wanted(Part):
    """A file that came with the text and is still elsewhere: `source` is the carrier's address of
    it, or the chat's id. `problem` is a sentence that says why it will never be had.
    """

    place: int = IntField(required=True)
    source: str = StringField(required=True)
    content_type: str = StringField(db_field="contentType", default="")
    name: str | None = StringField()
    problem: str | None = StringField()
