"""What Slack's error codes mean for the next try, and the reading of its less plain answers."""

from collections.abc import Mapping

from slack_sdk.errors import SlackApiError

from domain.values import Failed, Postponed, Unclear

LIMITED = frozenset({"ratelimited", "rate_limited"})
CROWDED = "message_limit_exceeded"
CROWDED_SECONDS = 120.0
UNKNOWN_WAIT = 30.0
BLURRED = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
GONE = frozenset({"channel_not_found", "not_in_channel", "is_archived", "thread_not_found"})
UNAUTHORISED = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
)
"""Our own access is broken: everything waits until somebody mends it."""


def code_of(error: SlackApiError) -> str:
    """Slack's own word; empty for an answer that was no JSON object, as a proxy's may be."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) else ""


def outcome_of(code: str) -> Failed | Postponed | Unclear:
    """What an `ok: false` with that code says, rate limits aside."""
    if code in BLURRED:
        return Unclear(code)
    if code in UNAUTHORISED:
        return Postponed(code)
    return Failed(code, gone=code in GONE)


def pause_of(code: str, headers: Mapping[str, str]) -> float:
    """Seconds to keep away after a rate limit."""
    if code == CROWDED:
        return CROWDED_SECONDS
    given = headers.get("Retry-After", "")
    return max(1.0, float(given)) if given.isascii() and given.isdecimal() else UNKNOWN_WAIT
