"""A phone number that we ever met: all that the gate reads about consent."""

from datetime import datetime

from mongoengine import (
    BooleanField,
    DateTimeField,
    EmbeddedDocumentField,
    IntField,
    StringField,
)

from domain.model.base import TOLERANT, Noun, Part, Slot, index, present

LEVELS = ("none", "express", "written")


class Tell(Part):
    """The carrier is to be told whether they are blocked; `due_at` exists until it knows.

    Seen by nobody, so it counts no `rev`. `method` is how we heard of it, `sid` the text that
    said it. `refused`: why the carrier did not take it; it is told again all the same. At
    `lifted_at` it was last told, or may have been, that they are back.
    """

    due_at = DateTimeField()
    lease_id: str | None = StringField()
    attempts: int = IntField(default=0)
    last_error: str | None = StringField()
    method: str = StringField(default="other")
    sid: str | None = StringField()
    refused: str | None = StringField()
    lifted_at: datetime | None = DateTimeField()


class Number(Noun):
    """Consent of one number now; it changes only with the consent event that explains it.

    `declined` since `declined_at`: they refused our programme (advertising) alone. `held` since
    `held_at`: a text of theirs may mean stop. `pending` is the level that waits for their YES,
    asked at `pending_at`. `verified_at`: the number was known to be still theirs; `voided_at`: it
    was found to be somebody else's, which ended every consent. `ebr_until`: a business
    relationship lasts so long.

    `ask` is the slot of the text by which they are asked.

    Once its person is forgotten, a hash stands for `phone`; `erasing`: that is under way.
    """

    meta = {**TOLERANT, "collection": "numbers"}
    INDEXES = (
        index("phone", "phone", unique=True),
        index("tell", "tell.due_at", where=present("tell.due_at")),
        index("ask", "ask.due_at", where=present("ask.due_at")),
    )

    phone: str = StringField(required=True)
    blocked: bool = BooleanField(default=False)
    blocked_at: datetime | None = DateTimeField(db_field="blockedAt")
    level: str = StringField(default="none", choices=LEVELS)
    consent_at: datetime | None = DateTimeField(db_field="consentAt")
    disclosed: bool = BooleanField(default=False)
    do_not_call: bool = BooleanField(default=False, db_field="doNotCall")
    dnc_at: datetime | None = DateTimeField(db_field="dncAt")
    ebr_until: datetime | None = DateTimeField(db_field="ebrUntil")
    declined: bool = BooleanField(default=False)
    declined_at: datetime | None = DateTimeField(db_field="declinedAt")
    pending: str | None = StringField(choices=LEVELS)
    pending_at: datetime | None = DateTimeField(db_field="pendingAt")
    verified_at: datetime | None = DateTimeField(db_field="verifiedAt")
    voided_at: datetime | None = DateTimeField(db_field="voidedAt")
    line_type: str | None = StringField(db_field="lineType")
    held: bool = BooleanField(default=False)
    held_at: datetime | None = DateTimeField(db_field="heldAt")
    erasing: bool = BooleanField(default=False)
    tell: Tell | None = EmbeddedDocumentField(Tell)
    ask: Slot | None = EmbeddedDocumentField(Slot)

    @property
    def opted_in(self) -> bool:
        """SPEC's smsOptIn: not revoked and at least express consent."""
        return not self.blocked and self.level != "none"
