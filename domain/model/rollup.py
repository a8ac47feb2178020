"""Counts of past days, made anew from the documents again and again."""

from datetime import datetime

from mongoengine import DateTimeField, DictField, ListField, StringField

from domain.model.base import TOLERANT, Noun, index


class Rollup(Noun):
    """What one agent, template, campaign and sender have together on one day, `of` all of them.

    The same is there once more for each alone, by the name that is in `of`: for the questions that
    are asked most few of them have to be read.
    `day` is the business's, as `YYYY-MM-DD`. `sums` are its counts by the names of `Figures`,
    `hours` the same with the hour's beginning in `at`; zeros are left out.
    """

    meta = {**TOLERANT, "collection": "rollups"}
    INDEXES = (index("day", "day"), index("of", "of", "day"))

    of: str = StringField(required=True)
    day: str = StringField(required=True)
    agent: str | None = StringField()
    template: str | None = StringField()
    campaign: str | None = StringField()
    sender: str | None = StringField()
    sums: dict[str, int] = DictField()
    hours: list[dict[str, object]] = ListField(DictField())


class RollupDay(Noun):
    """One day that has its rollups, even if those are none: `until` when it was counted, and when.

    `zone` is whose day it is.
    """

    meta = {**TOLERANT, "collection": "rollupdays"}
    INDEXES = (index("day", "day", unique=True),)

    day: str = StringField(required=True)
    zone: str = StringField(required=True)
    until: datetime = DateTimeField(required=True)
    counted_at: datetime = DateTimeField(required=True, db_field="countedAt")
