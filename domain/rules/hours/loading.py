"""Reads a file of rules; what is wrong with it is said in one plain line."""

import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from domain.rules.hours.book import Rule, Rulebook
from domain.rules.hours.calendars import WEEKDAYS, Calendar, named
from domain.rules.hours.file import CalendarTable, File, RuleTable
from domain.rules.hours.windows import parse

SHIPPED = Path(__file__).with_name("rules.toml")


class BrokenRules(ValueError):
    """The file cannot be used; the message says where and why in a few words."""


@lru_cache(1)
def shipped() -> Rulebook:
    """The rules that come with the product, read once."""
    return read(SHIPPED)


def read(path: Path) -> Rulebook:
    """The rules of that file; BrokenRules when it cannot be read or says what makes no sense."""
    try:
        return _book(File.model_validate(tomllib.loads(path.read_text("utf-8"))))
    except OSError as error:
        raise BrokenRules(f"it cannot be read ({(error.strerror or 'no file').lower()})") from error
    except UnicodeDecodeError as error:
        raise BrokenRules("it is no text in UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise BrokenRules(f"it is no TOML: {error}") from error
    except ValidationError as error:
        raise BrokenRules(_line(error.errors()[0])) from error


def _book(file: File) -> Rulebook:
    return Rulebook(
        version=file.version,
        dated=file.dated,
        federal=_rule("federal", file.federal),
        usual=_rule("usual", file.usual),
        states={key: _rule(key, row) for key, row in file.states.items()},
        unknown=tuple(file.unknown),
        calendars={key: _calendar(row) for key, row in file.holidays.items()},
        extra={key: frozenset[date](days) for key, days in file.extra.items()},
    )


def _rule(key: str, row: RuleTable) -> Rule:
    return Rule(
        key=key,
        source=row.source,
        confidence=row.confidence,
        week=parse(row.week),
        saturday=parse(row.saturday),
        sunday=parse(row.sunday),
        holidays=row.holidays,
        cap=row.cap,
        waived=row.waived,
        conflict=row.conflict,
    )


def _calendar(row: CalendarTable) -> Calendar:
    moves = {WEEKDAYS.index(one): WEEKDAYS.index(other) for one, other in row.moves.items()}
    return Calendar(tuple(named(name, said) for name, said in row.days.items()), moves)


def _line(fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"] if part != "[key]")
    what = fault["msg"].removeprefix("Value error, ")
    return " ".join(f"{where}: {what[:1].lower()}{what[1:]}".split())
