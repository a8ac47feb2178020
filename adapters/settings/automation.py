"""The settings of automation: pace, campaigns, short links, automatic answers, figures."""

from decimal import Decimal
from typing import Annotated

from pydantic_settings import BaseSettings

from adapters.formats import Origin
from adapters.settings.words import described


class AutomationSettings(BaseSettings):
    """What happens without anybody, and what it costs."""

    texts_per_second: Annotated[
        float, described("texts a second from 0.1 to 100, 0 for no limit", ge=0, le=100)
    ] = 1.0
    away_window_hours: Annotated[float, described("hours from 1 to 168", ge=1, le=168)] = 12
    auto_replies_per_hour: Annotated[int, described("1 to 20", ge=1, le=20)] = 3
    breaker_filtered_percent: Annotated[float, described("0 to 100", ge=0, le=100)] = 5
    breaker_opt_out_percent: Annotated[float, described("0 to 100", ge=0, le=100)] = 5
    link_url: Annotated[
        Origin | None,
        described("such as https://go.example.com: no path, no slash at the end, no underscore"),
    ] = None
    link_days: Annotated[int, described("days from 1 to 730", ge=1, le=730)] = 90
    price_per_inbound: Annotated[Decimal, described("an amount such as 0.0079", ge=0, lt=100)] = (
        Decimal("0.0079")
    )
    price_per_number: Annotated[
        Decimal, described("an amount a month such as 1.15", ge=0, lt=10_000)
    ] = Decimal("1.15")
    weekly_digest: Annotated[bool, described("0 or 1")] = True
