"""What forms about people are built with in tests."""

from zoneinfo import ZoneInfo

from bot.views.contact import Office
from domain.rules.consent import wording

OFFICE = Office("Vista & Sons", wording.CURRENT, ZoneInfo("America/Los_Angeles"))
