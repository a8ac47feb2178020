"""The pages of agents that were opened lately, and which of them are to be shown anew."""

from datetime import datetime

from mongoengine import BooleanField, DateTimeField, StringField

from domain.model.base import TOLERANT, Noun, index, present


class Home(Noun):
    """Somebody's own page: on which spot of it they are, and what it shows.

    `due_at`: it is to be shown anew, or, with a `lease_id`, whoever does so is given up on.
    `again`: something changed meanwhile. `digest` stands for what is shown, `hash` is the chat's.
    """

    meta = {**TOLERANT, "collection": "homes"}
    INDEXES = (
        index("user", "userId", unique=True),
        index("opened", "openedAt"),
        index("due", "dueAt", where=present("dueAt")),
    )

    user_id: str = StringField(required=True, db_field="userId")
    team_id: str = StringField(default="", db_field="teamId")
    spot: str = StringField(default="")
    opened_at: datetime = DateTimeField(required=True, db_field="openedAt")
    shown_at: datetime | None = DateTimeField(db_field="shownAt")
    digest: str | None = StringField()
    hash: str | None = StringField()
    due_at: datetime | None = DateTimeField(db_field="dueAt")
    lease_id: str | None = StringField(db_field="leaseId")
    again: bool = BooleanField(default=False)
