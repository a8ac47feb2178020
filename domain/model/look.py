"""How far the carrier's records are looked through."""

from datetime import datetime

from mongoengine import BooleanField, DateTimeField, IntField, ObjectIdField, StringField

from domain.model.base import Part


class Look(Part):
    """The present look, and what is known from those before.

    Nothing from before `began` is ever looked at; all up to `looked_to` was, and at `thorough_at`
    all that is within reach. What was recovered up to `told_to` has been told.

    While a look is open it is about `since` to `until`: the list goes on at `place`, after so many
    that were `seen`, until it is `listed`; then texts without news are asked for one by one,
    `questions` so far, from the one of `asked_at` and `asked_id` on. `foreign` texts left from our
    numbers and are not ours; in the last look that ended it were `foreign_before`. At `trouble_at`
    the carrier refused to be asked, and did nothing else since.
    """

    began: datetime | None = DateTimeField()
    looked_to: datetime | None = DateTimeField(db_field="lookedTo")
    thorough_at: datetime | None = DateTimeField(db_field="thoroughAt")
    told_to: datetime | None = DateTimeField(db_field="toldTo")
    since: datetime | None = DateTimeField()
    until: datetime | None = DateTimeField()
    thorough: bool | None = BooleanField()
    place: str | None = StringField()
    seen: int = IntField(default=0)
    listed: bool | None = BooleanField()
    questions: int = IntField(default=0)
    asked_at: datetime | None = DateTimeField(db_field="askedAt")
    asked_id = ObjectIdField(db_field="askedId")
    foreign: int = IntField(default=0)
    foreign_before: int = IntField(default=0, db_field="foreignBefore")
    trouble_at: datetime | None = DateTimeField(db_field="troubleAt")
