"""Scalars: how moments, phone numbers and cursors are written on the wire."""

from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from starlette.datastructures import UploadFile
from strawberry.file_uploads import Upload
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

Cursor = NewType("Cursor", str)
Phone = NewType("Phone", str)
LONGEST = 4_096
DEEPEST = 10
INTEGERS = range(-(2**63), 2**63)


def _moment(value: Any) -> datetime:
    """A moment in UTC; one without an offset is taken to be in UTC."""
    try:
        read = datetime.fromisoformat(value)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise GraphQLError("A DateTime is written in ISO 8601: 2026-03-04T20:00:00Z.") from error


def written(moment: datetime) -> str:
    """To the millisecond, which is what is kept."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return f"{utc.isoformat(timespec='milliseconds')[:-6]}Z"


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise GraphQLError("This must be a short string.")
    return value


def _file(value: Any) -> UploadFile:
    if not isinstance(value, UploadFile):
        raise GraphQLError(
            "A file comes in a multipart request: see graphql-multipart-request-spec."
        )
    return value


def _plain(value: Any, deep: int = 0) -> Any:
    """What JSON has and the database can keep."""
    if isinstance(value, dict | list):
        if deep == DEEPEST:
            raise GraphQLError(f"JSON may be nested {DEEPEST} deep.")
        for one in value.values() if isinstance(value, dict) else value:
            _plain(one, deep + 1)
        return value
    known = value is None or isinstance(value, str | bool | float)
    if not known and not (isinstance(value, int) and value in INTEGERS):
        raise GraphQLError("This must be JSON, its integers of at most 64 bits.")
    if isinstance(value, float) and not isfinite(value):
        raise GraphQLError("This number is too large.")
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
            serialize=written,
            parse_value=_moment,
        ),
        Upload: _scalar(
            "Upload",
            "A file that comes with the request, as graphql-multipart-request-spec has it: the "
            "variable is null, and the part `map` says which file belongs there.",
            serialize=_as_it_is,
            parse_value=_file,
        ),
        JSON: _scalar(
            "JSON",
            f"Any JSON value, nested {DEEPEST} deep at most.",
            serialize=_as_it_is,
            parse_value=_plain,
        ),
    }
