"""Every sentence that was ever shown beside a consent box."""

from datetime import datetime

from mongoengine import DateTimeField, StringField

from domain.model.base import TOLERANT, Noun, index


class Wording(Noun):
    """One version, as it was in force `since`, with `{BUSINESS_NAME}` not filled in.

    Never changed and never removed: consent events name it.
    """

    meta = {**TOLERANT, "collection": "wordings"}
    INDEXES = (index("version", "version", unique=True),)

    version: str = StringField(required=True)
    text: str = StringField(required=True)
    sha256: str = StringField(required=True)
    since: datetime = DateTimeField(required=True)
