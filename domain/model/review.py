"""A customer's text that may mean stop, and what a person made of it."""

from datetime import datetime

from mongoengine import (
    BooleanField,
    DateTimeField,
    EmbeddedDocumentField,
    IntField,
    ListField,
    StringField,
)

from domain.model.base import Author, Part


class Review(Part):
    """Why a conversation is held, or last was; kept until there is another reason.

    `key` is the origin of the text, `phone` its number, which is the one that is held. Undecided at
    `due_at`, it is an opt-out. `outcome` is the ledger's action that ended it; `method` and `by`
    tell how and who. The rest is its card: where it was `tried` or is (`ts`), and what it `shown`
    stands for; `refused` counts how often the chat did not take it. `others` are numbers that were
    the same person's when it was asked, and are held for the same text.
    """

    key: str = StringField(required=True)
    phone: str = StringField(required=True)
    words: str = StringField(default="")
    others: list[str] = ListField(StringField())
    stranger: bool = BooleanField(default=False)
    said_at: datetime = DateTimeField(required=True, db_field="saidAt")
    due_at: datetime = DateTimeField(required=True, db_field="dueAt")
    outcome: str | None = StringField()
    method: str | None = StringField()
    by: Author | None = EmbeddedDocumentField(Author)
    decided_at: datetime | None = DateTimeField(db_field="decidedAt")
    channel_id: str | None = StringField(db_field="channelId")
    thread_ts: str | None = StringField(db_field="threadTs")
    ts: str | None = StringField()
    tried_at: datetime | None = DateTimeField(db_field="triedAt")
    shown: str | None = StringField()
    refused: int | None = IntField()
