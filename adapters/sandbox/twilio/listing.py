"""The list of messages as Twilio filters and pages it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.requests import Request

from adapters.sandbox.ledger import Json
from adapters.sandbox.twilio.errors import TwilioError
from adapters.sandbox.twilio.resource import as_resource, rfc2822
from adapters.sandbox.twilio.text import API_VERSION, Text

AFTER = "PA"
PLACE = ("Page", "PageSize", "PageToken")


def listed(texts: list[Text], account: str, request: Request) -> Json:
    """One page, newest first. A date filter leaves out what has no date_sent yet.

    A page is what comes after the text that its token names, however many have come since.
    """
    query = request.query_params
    found = [text for text in reversed(texts) if all(test(text) for test in _tests(query))]
    size = min(max(_number(query, "PageSize", 50), 1), 1000)
    page, start = _number(query, "Page", 0), _start(found, query, size)
    window = found[start : start + size]
    more = len(found) > start + size
    after = _uri(account, query, size, page + 1, window[-1].sid) if more else None
    return {
        "messages": [as_resource(text, account) for text in window],
        "first_page_uri": _uri(account, query, size, 0),
        "next_page_uri": after,
        "previous_page_uri": _uri(account, query, size, page - 1) if page else None,
        "uri": _uri(account, query, size, page),
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": max(page * size, page * size + len(window) - 1),
    }


def enclosed(text: Text, account: str) -> Json:
    """What came with a text and is kept at Twilio's."""
    kinds = {item["source"]: item["content_type"] for item in text.items}
    kept = [url for url in text.media if f"/Messages/{text.sid}/Media/" in url]
    base = f"/{API_VERSION}/Accounts/{account}/Messages/{text.sid}/Media"
    media = [
        {
            "sid": sid,
            "account_sid": account,
            "parent_sid": text.sid,
            "content_type": kinds.get(url, ""),
            "date_created": rfc2822(text.created),
            "date_updated": rfc2822(text.created),
            "uri": f"{base}/{sid}.json",
        }
        for url in kept
        if (sid := url.rpartition("/")[2])
    ]
    return {"media_list": media, "page": 0, "page_size": 50, "next_page_uri": None}


def _start(found: list[Text], query: Mapping[str, str], size: int) -> int:
    """How many come before the page; a token that names no text of the list is refused."""
    token = query.get("PageToken")
    if not token:
        return _number(query, "Page", 0) * size
    sids = [text.sid for text in found]
    if not token.startswith(AFTER) or token.removeprefix(AFTER) not in sids:
        raise TwilioError(20001, token)
    return sids.index(token.removeprefix(AFTER)) + 1


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


def _uri(
    account: str, query: Mapping[str, str], size: int, page: int, after: str | None = None
) -> str:
    kept = {name: value for name, value in query.items() if name not in PLACE}
    token = {"PageToken": f"{AFTER}{after}"} if after else {}
    asked = urlencode({**kept, "PageSize": size, "Page": page, **token})
    return f"/{API_VERSION}/Accounts/{account}/Messages.json?{asked}"
