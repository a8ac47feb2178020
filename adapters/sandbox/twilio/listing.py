"""The list of messages as Twilio filters and pages it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.requests import Request

from adapters.sandbox.ledger import Json
from adapters.sandbox.twilio.errors import TwilioError
from adapters.sandbox.twilio.resource import as_resource
from adapters.sandbox.twilio.text import API_VERSION, Text


def listed(texts: list[Text], account: str, request: Request) -> Json:
    """One page, newest first. A date filter leaves out what has no date_sent yet."""
    query = request.query_params
    found = [text for text in reversed(texts) if all(test(text) for test in _tests(query))]
    size = min(max(_number(query, "PageSize", 50), 1), 1000)
    page = _number(query, "Page", 0)
    window = found[page * size : (page + 1) * size]
    return {
        "messages": [as_resource(text, account) for text in window],
        "first_page_uri": _uri(account, query, size, 0),
        "next_page_uri": _uri(account, query, size, page + 1)
        if len(found) > (page + 1) * size
        else None,
        "previous_page_uri": _uri(account, query, size, page - 1) if page else None,
        "uri": _uri(account, query, size, page),
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": max(page * size, page * size + len(window) - 1),
    }


def _tests(query: Mapping[str, str]) -> list[Callable[[Text], bool]]:
    tests: list[Callable[[Text], bool]] = []
    if to := query.get("To"):
        tests.append(lambda text: text.to == to)
    if sender := query.get("From"):
        tests.append(lambda text: text.sender == sender)
    if day := query.get("DateSent"):
        tests.append(lambda text: _day(text) == _date(day))
    if first := query.get("DateSent>"):
        tests.append(lambda text: _day(text) >= _date(first) if text.sent else False)
    if last := query.get("DateSent<"):
        tests.append(lambda text: _day(text) <= _date(last) if text.sent else False)
    return tests


def _day(text: Text) -> str:
    return datetime.fromtimestamp(text.sent, UTC).date().isoformat() if text.sent else ""


def _date(given: str) -> str:
    try:
        return datetime.fromisoformat(given).date().isoformat()
    except ValueError as wrong:
        raise TwilioError(20001, given) from wrong


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    given = query.get(name, "")
    return int(given) if given.isdecimal() else default


def _uri(account: str, query: Mapping[str, str], size: int, page: int) -> str:
    kept = {name: value for name, value in query.items() if name not in ("Page", "PageSize")}
    asked = urlencode({**kept, "PageSize": size, "Page": page})
    return f"/{API_VERSION}/Accounts/{account}/Messages.json?{asked}"
