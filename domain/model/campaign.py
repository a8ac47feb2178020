"""One text to many people, and whom it is for."""

from datetime import datetime

from mongoengine import (
    BooleanField,
    DateTimeField,
    DictField,
    EmbeddedDocumentField,
    IntField,
    ListField,
    ObjectIdField,
    StringField,
)

from domain.model.base import TOLERANT, Author, Noun, Part, Slot, index

DRAFT, SCHEDULED, RUNNING = "draft", "scheduled", "running"
PAUSED, CANCELED, DONE = "paused", "canceled", "done"
STOPPED_BY_BREAKER = "stopped_by_breaker"
STATUSES = (DRAFT, SCHEDULED, RUNNING, PAUSED, CANCELED, DONE, STOPPED_BY_BREAKER)
HALTED = (PAUSED, STOPPED_BY_BREAKER)
"""Begun, and nothing of it leaves until somebody resumes it."""
WAITING, QUEUED, EXCLUDED = "waiting", "queued", "excluded"


class Audience(Part):
    """Whom it is for, as it was asked for; `filter` is a ContactFilter's conditions by name."""

    filter = DictField()
    contact_ids = ListField(ObjectIdField(), db_field="contactIds")
    import_id = ObjectIdField(db_field="importId")


class Board(Part):
    """The campaign's one message in the chat, and where it is; `digest` stands for what it says.

    `tried_at`: it may have been posted. `gone` is why it is shown no more. `posts`: so many were
    given up before, because the chat would not let them be changed.
    """

    channel_id: str | None = StringField(db_field="channelId")
    ts: str | None = StringField()
    tried_at: datetime | None = DateTimeField(db_field="triedAt")
    shown_at: datetime | None = DateTimeField(db_field="shownAt")
    digest: str | None = StringField()
    gone: str | None = StringField()
    posts: int = IntField(default=0)


class Campaign(Noun):
    """Until `frozen` its recipients are written down, from `cursor` on; then it releases texts.

    `body` are the words with their variables, since the start those that its template had then.

    `program_name` and the three after it are what carriers ask of a recurring programme.
    `doubts` counts news that may stop it by itself, `weighed` how many of them were looked at;
    texts made from `breaker_since` on count. Whom it reached after `unsure_since` nobody knows,
    because a backup of that moment was restored.
    """

    meta = {**TOLERANT, "collection": "campaigns"}
    INDEXES = (
        index("origin", "origin", unique=True),
        index("newest", "-createdAt", "-_id"),
        index("status", "status", "-createdAt", "-_id"),
        index("run", "run.due_at", where={"run.due_at": {"$exists": True}}),
        index("show", "show.due_at", where={"show.due_at": {"$exists": True}}),
    )

    origin: str = StringField(required=True)
    asked: str | None = StringField()
    name: str = StringField(required=True)
    status: str = StringField(default=DRAFT, choices=STATUSES)
    body: str = StringField(required=True)
    template_id = ObjectIdField(db_field="templateId")
    purpose: str = StringField(required=True)
    sender: str = StringField(required=True)
    start_at: datetime | None = DateTimeField(db_field="startAt")
    per_minute: int = IntField(required=True, db_field="perMinute")
    audience: Audience = EmbeddedDocumentField(Audience, default=Audience)
    tags: list[str] = ListField(StringField())
    shorten: bool = BooleanField(default=True)
    author: Author = EmbeddedDocumentField(Author, default=Author)
    run: Slot | None = EmbeddedDocumentField(Slot)
    show: Slot | None = EmbeddedDocumentField(Slot)
    board: Board = EmbeddedDocumentField(Board, default=Board)
    cursor: str | None = StringField()
    frozen: bool = BooleanField(default=False)
    created_at: datetime = DateTimeField(required=True, db_field="createdAt")
    program_name: str | None = StringField(db_field="programName")
    frequency: str | None = StringField()
    terms_url: str | None = StringField(db_field="termsUrl")
    privacy_url: str | None = StringField(db_field="privacyUrl")
    breaker_reason: str | None = StringField(db_field="breakerReason")
    breaker_since: datetime | None = DateTimeField(db_field="breakerSince")
    unsure_since: datetime | None = DateTimeField(db_field="unsureSince")
    doubts: int = IntField(default=0)
    weighed: int = IntField(default=0)
    started_at: datetime | None = DateTimeField(db_field="startedAt")
    finished_at: datetime | None = DateTimeField(db_field="finishedAt")


class Recipient(Noun):
    """Somebody on a campaign's list: there once, and in one state.

    Waiting from `due_at` on, then queued (its text is made) or excluded, with a code and a reason.
    """

    meta = {**TOLERANT, "collection": "recipients"}
    INDEXES = (
        index("phone", "campaignId", "phone", unique=True),
        index("next", "campaignId", "state", "dueAt", "_id"),
        index("person", "phone"),
    )

    campaign_id = ObjectIdField(required=True, db_field="campaignId")
    phone: str = StringField(required=True)
    contact_id = ObjectIdField(required=True, db_field="contactId")
    state: str = StringField(default=WAITING, choices=(WAITING, QUEUED, EXCLUDED))
    due_at: datetime = DateTimeField(required=True, db_field="dueAt")
    code: str | None = StringField()
    reason: str | None = StringField()
