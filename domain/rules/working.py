"""Working days: by when a person should have decided what a customer meant."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5


def day_after(at: datetime, zone: str, is_holiday: Callable[[date], bool]) -> datetime:
    """The same time of day on the next working day of that zone: Monday to Friday, no holiday."""
    local = at.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=1)
    while day.weekday() >= SATURDAY or is_holiday(day):
        day += timedelta(days=1)
    then = datetime.combine(day, local.time(), tzinfo=local.tzinfo)
    return then.astimezone(at.tzinfo)
