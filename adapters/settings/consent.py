"""The settings of consent: hours, keywords, wordings, and who confirms."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings

from adapters.formats import CountryWords, Words, Zone
from adapters.settings.words import described

COUNTRIES = "country codes with words, such as DE:STOPP,ES:BAJA, separated by commas"
Word = Annotated[str, Field(min_length=1, max_length=40)]


class ConsentSettings(BaseSettings):
    """How consent is asked for, taken back and judged."""

    hours_rules: Annotated[Literal["safe", "law"], described("`safe` or `law`")] = "safe"
    rules_file: Annotated[Path | None, described("a file of rules that can be read")] = None
    business_timezone: Annotated[Zone, described("a time zone such as America/New_York")] = (
        "America/New_York"
    )
    confirmation_owner: Annotated[
        Literal["twilio", "threadline"], described("`twilio` or `threadline`")
    ] = "twilio"
    opt_out_line: Annotated[
        Literal["first", "marketing", "every"], described("`first`, `marketing` or `every`")
    ] = "marketing"
    double_opt_in: Annotated[bool, described("0 or 1")] = False
    join_keywords: Annotated[Words[Word], described("words separated by commas")] = ("JOIN",)
    join_wording: Annotated[str | None, described("at most 1,000 characters", max_length=1_000)] = (
        None
    )
    consent_wording: Annotated[
        str | None, described("1 to 1,000 characters", min_length=1, max_length=1_000)
    ] = None
    stop_words: Annotated[CountryWords, described(COUNTRIES)] = {}
    start_words: Annotated[CountryWords, described(COUNTRIES)] = {}
    help_words: Annotated[CountryWords, described(COUNTRIES)] = {}
    lint_blocks: Annotated[bool, described("0 or 1")] = False
    twilio_consents: Annotated[bool, described("0 or 1")] = False
    twilio_lookup: Annotated[bool, described("0 or 1")] = False
    twilio_deactivations: Annotated[bool, described("0 or 1")] = False
