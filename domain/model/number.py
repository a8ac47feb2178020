"""A phone number that we ever met: all that the gate reads about consent."""

from datetime import datetime

from mongoengine import BooleanField, DateTimeField, StringField

from domain.model.base import TOLERANT, Noun, index

LEVELS = ("none", "express", "written")


class Number(Noun):
    """Consent of one number now; it changes only with the consent event that explains it.

    Once its person is forgotten, a hash stands for `phone`; `erasing`: that is under way.
    """

    meta = {**TOLERANT, "collection": "numbers"}
    INDEXES = (index("phone", "phone", unique=True),)

    phone: str = StringField(required=True)
    blocked: bool = BooleanField(default=False)
    blocked_at: datetime | None = DateTimeField(db_field="blockedAt")
    level: str = StringField(default="none", choices=LEVELS)
    consent_at: datetime | None = DateTimeField(db_field="consentAt")
    disclosed: bool = BooleanField(default=False)
    do_not_call: bool = BooleanField(default=False, db_field="doNotCall")
    line_type: str | None = StringField(db_field="lineType")
    held: bool = BooleanField(default=False)
    erasing: bool = BooleanField(default=False)

    @property
    def opted_in(self) -> bool:
        """SPEC's smsOptIn: not revoked and at least express consent."""
        return not self.blocked and self.level != "none"
