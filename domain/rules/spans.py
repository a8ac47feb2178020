"""How long something has lasted, in few words."""

from datetime import timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def span(lasted: timedelta) -> str:
    """`under a minute`, `5 min`, `3 h`, `1 day`, `12 days`: rounded down."""
    if lasted < MINUTE:
        return "under a minute"
    if lasted < HOUR:
        return f"{lasted // MINUTE} min"
    if lasted < DAY:
        return f"{lasted // HOUR} h"
    days = lasted // DAY
    return "1 day" if days == 1 else f"{days} days"
