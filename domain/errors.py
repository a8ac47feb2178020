"""Expected failures, each with a stable code, a sentence for people, and data.

DomainError
├── InvalidInput      INVALID_INPUT, INVALID_PHONE, MESSAGE_EMPTY, MESSAGE_TOO_LONG, MEDIA_REJECTED,
│                     MISSING_VARIABLE
├── NotFound          NOT_FOUND
├── Conflict          CONFLICT, DUPLICATE_CONTACT, TOO_LATE
├── Refused           the gate's no: OPTED_OUT, OPT_IN_REQUIRED, QUIET_HOURS, FORBIDDEN,
│                     NOT_CONFIGURED
├── Unavailable       UPSTREAM_ERROR, RATE_LIMITED
├── CursorExpired     CURSOR_EXPIRED
└── FellBehind        RATE_LIMITED
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class FieldError:
    """One input field (GraphQL name) and what is wrong with it."""

    field: str
    message: str


class DomainError(Exception):
    """An expected failure; `code` is one of API.graphql's ProblemCode."""

    code = "INVALID_INPUT"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        fields: tuple[FieldError, ...] = (),
        conflict_id: str | None = None,
        help: str | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.fields = fields
        self.conflict_id = conflict_id
        self.help = help
        self.retry_at = retry_at


class InvalidInput(DomainError):
    """The caller can correct it; `fields` names where."""


class NotFound(DomainError):
    """No such document."""

    code = "NOT_FOUND"


class Conflict(DomainError):
    """The present state does not allow it; `conflict_id` names the other document."""

    code = "CONFLICT"


class Refused(DomainError):
    """The gate says that no text may leave."""

    code = "OPT_IN_REQUIRED"


class Unavailable(DomainError):
    """Somebody outside could not do their part now; `retry_at` says when to ask again."""

    code = "UPSTREAM_ERROR"


class CursorExpired(DomainError):
    """The feed no longer reaches back to the cursor: fetch afresh, then follow."""

    code = "CURSOR_EXPIRED"


class FellBehind(DomainError):
    """A follower read too slowly and was cut off; it may resume from its last cursor."""

    code = "RATE_LIMITED"
