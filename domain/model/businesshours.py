"""When the business is open, and what is said when it is not."""

from datetime import datetime

from mongoengine import (
    DateTimeField,
    EmbeddedDocumentListField,
    IntField,
    ListField,
    StringField,
)

from domain.model.base import TOLERANT, Noun, Part, index


class OpenInterval(Part):
    """Open on that weekday (1 is Monday) from one time to another, as `09:00`; `24:00` ends it.

    One that ends no later than it begins runs on into the next day.
    """

    weekday: int = IntField(required=True)
    start: str = StringField(required=True, db_field="from")
    end: str = StringField(required=True, db_field="to")


class BusinessHours(Noun):
    """There is one, `key` `main`. `holidays` are dates (2026-12-24) or days of the year (12-25),
    `holiday_calendar` a country or a part of one (US, US-CA) whose holidays count as well.
    """

    meta = {**TOLERANT, "collection": "businesshours"}
    INDEXES = (index("key", "key", unique=True),)

    key: str = StringField(required=True)
    timezone: str = StringField(required=True)
    intervals: list[OpenInterval] = EmbeddedDocumentListField(OpenInterval)
    holidays: list[str] = ListField(StringField())
    holiday_calendar: str | None = StringField(db_field="holidayCalendar")
    away_body: str | None = StringField(db_field="awayBody")
    updated_at: datetime = DateTimeField(required=True, db_field="updatedAt")
