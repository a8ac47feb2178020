"""The settings of how agents' answers are treated."""

from decimal import Decimal
from typing import Annotated

from pydantic_settings import BaseSettings

from adapters.settings.words import described


class AnswerSettings(BaseSettings):
    """How long answers wait, what is asked before they leave, and what they cost."""

    reply_hold_seconds: Annotated[float, described("seconds from 0 to 300", ge=0, le=300)] = 5
    reply_window_hours: Annotated[float, described("hours from 0 to 8760", ge=0, le=8760)] = 24
    collision_seconds: Annotated[float, described("seconds from 0 to 60", ge=0, le=60)] = 4
    ask_above_segments: Annotated[int, described("segments from 0 to 10", ge=0, le=10)] = 4
    unread_reminder_minutes: Annotated[
        float, described("minutes from 0 to 10080", ge=0, le=10_080)
    ] = 30
    price_per_segment: Annotated[
        Decimal, described("a price such as 0.0079", ge=0, le=100, allow_inf_nan=False)
    ] = Decimal("0.0079")
    price_per_media: Annotated[
        Decimal, described("a price such as 0.02", ge=0, le=100, allow_inf_nan=False)
    ] = Decimal("0.02")
    price_unit: Annotated[
        str, described("a currency of three letters such as USD", pattern=r"^[A-Z]{3}$")
    ] = "USD"
