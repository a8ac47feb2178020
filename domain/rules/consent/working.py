"""Working days: by when a person should have decided what a customer meant."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.rules.hours.book import EVERYWHERE, SATURDAY
from domain.rules.hours.loading import shipped


def day_after(at: datetime, zone: str) -> datetime:
    """The same time of day on the next working day of that zone: Monday to Friday, no holiday."""
    local = at.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=1)
    while not is_working(day):
        day += timedelta(days=1)
    then = datetime.combine(day, local.time(), tzinfo=local.tzinfo)
    return then.astimezone(at.tzinfo)


def is_working(day: date) -> bool:
    """Whether the day is no weekend and no federal holiday, be it one that is kept for another."""
    return day.weekday() < SATURDAY and shipped().calendars[EVERYWHERE].on(day) is None
