"""Scalars: how moments, phone numbers and cursors are written on the wire."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

Cursor = NewType("Cursor", str)
Phone = NewType("Phone", str)
LONGEST = 4_096


def _moment(value: Any) -> datetime:
    """A moment in UTC; one without an offset is taken to be in UTC."""
    try:
        read = datetime.fromisoformat(value)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise GraphQLError("A DateTime is written in ISO 8601: 2026-03-04T20:00:00Z.") from error


def _written(moment: datetime) -> str:
    """To the millisecond, which is what is kept."""
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='milliseconds')}Z"


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise GraphQLError("This must be a short string.")
    return value


def _as_it_is(value: Any) -> Any:
    return value


def _scalar(name: str, description: str, **ways: Any) -> ScalarDefinition:
    made: ScalarDefinition = strawberry.scalar(name=name, description=description, **ways)
    return made


def scalars() -> Mapping[object, ScalarDefinition]:
    """The schema's own scalars, by the Python types that they stand for."""
    return {
        Cursor: _scalar(
            "Cursor",
            "A place in a list or in the feed; opaque: give it back as you got it.",
            serialize=str,
            parse_value=_text,
        ),
        Phone: _scalar(
            "Phone",
            "A phone number. Any usual form comes in and is judged where it is used; E.164 goes "
            "out, short codes and alphanumeric senders as they are.",
            serialize=str,
            parse_value=_text,
        ),
        datetime: _scalar(
            "DateTime",
            "A moment in ISO 8601, always UTC on the way out.",
            serialize=_written,
            parse_value=_moment,
        ),
        JSON: _scalar(
            "JSON",
            "Any JSON value.",
            serialize=_as_it_is,
            parse_value=_as_it_is,
        ),
    }
