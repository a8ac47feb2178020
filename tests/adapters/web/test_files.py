"""Files by their signed addresses: for whom they are, until when, and in what wrapping."""

import hashlib
import hmac
import string
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog
from httpx2 import Response
from hypothesis import given
from hypothesis import strategies as st
from pymongo.database import Database
from starlette.applications import Starlette
from starlette.testclient import TestClient

from adapters.mongo.files import DatabaseFiles
from adapters.web import errors
from adapters.web.files import PATH, SignedLinks, headers, routes
from adapters.web.logs import hide
from domain.errors import DomainError
from domain.ports import StoredFile
from domain.rules.keyring import Secret
from tests.clock import NOON, FakeClock

BASE = "https://texts.example.com"
SECRET = "a secret of at least 32 characters"
LINKS = SignedLinks(BASE, SECRET)
FILE_ID = "0123456789abcdef01234567"
SOON = NOON + timedelta(hours=1)
LETTERS = string.ascii_letters + string.digits + "-_."


class Desk:
    """A browser, and the files that it asks for."""

    def __init__(self, files: DatabaseFiles, clock: FakeClock) -> None:
        self.files = files
        self.clock = clock
        app = Starlette(routes=routes(files, LINKS, clock), exception_handlers=errors.HANDLERS)
        self.client = TestClient(app)

    def link(self, name: str = "a.png", kind: str = "image/png", until: datetime = SOON) -> str:
        """The path of a small file."""
        made = self.files.put(name, kind, [b"Hel", b"lo"], kind="test", now=NOON)
        return LINKS.link(made.id, until).removeprefix(BASE)

    def get(self, path: str) -> Response:
        return self.client.get(path)


@pytest.fixture
def desk(db: Database[dict[str, Any]], clock: FakeClock) -> Desk:
    return Desk(DatabaseFiles(db), clock)


def token(file_id: str = FILE_ID, until: datetime = SOON) -> str:
    return LINKS.link(file_id, until).rpartition("/")[2]


def said(reply: Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["error"]["code"]


def stored(name: str, kind: str = "image/png") -> StoredFile:
    return StoredFile(FILE_ID, name, kind, 5, "", None, "test")


def test_whoever_has_the_address_has_the_file(desk: Desk) -> None:
    reply = desk.get(desk.link())
    assert (reply.status_code, reply.content) == (200, b"Hello")
    assert reply.headers["content-type"] == "image/png"
    assert reply.headers["content-length"] == "5"


def test_an_address_is_absolute_and_says_nothing_of_the_file(desk: Desk) -> None:
    made = desk.files.put("Jane Doe.png", "image/png", [b""], kind="test", now=NOON)
    link = LINKS.link(made.id, SOON)
    assert link.startswith(f"{BASE}{PATH}/{made.id}.")
    assert "Jane" not in link
    assert SECRET not in link


def test_its_head_can_be_asked_for_alone(desk: Desk) -> None:
    path = desk.link()
    reply = desk.client.head(path)
    whole = desk.get(path).headers
    assert (reply.status_code, reply.content) == (200, b"")
    assert dict(reply.headers) == dict(whole)


def test_nothing_but_reading_is_allowed(desk: Desk) -> None:
    path = desk.link()
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert desk.client.request(method, path).status_code == 405
    assert desk.get(path).content == b"Hello"


def test_an_address_works_until_its_end_and_not_after(desk: Desk) -> None:
    path = desk.link()
    desk.clock.set(SOON - timedelta(seconds=1))
    assert desk.get(path).status_code == 200
    desk.clock.set(SOON)
    assert said(desk.get(path)) == (410, "GONE")
    assert "ask for a new one" in desk.get(path).text


def test_a_file_that_was_removed_is_gone(desk: Desk) -> None:
    path = desk.link()
    desk.files.delete(path.rpartition("/")[2].partition(".")[0])
    assert said(desk.get(path)) == (410, "GONE")


def test_every_altered_letter_makes_an_address_unknown(desk: Desk) -> None:
    path = desk.link()
    whole = path.rpartition("/")[2]
    for place, letter in enumerate(whole):
        other = next(one for one in LETTERS[place % 9 :] if one != letter)
        altered = whole[:place] + other + whole[place + 1 :]
        assert LINKS.read(altered) is None, altered
    assert LINKS.read(whole)


def test_an_address_signed_with_a_former_key_works_until_its_end() -> None:
    turned = SignedLinks(BASE, Secret("the next secret, of 32 characters", (SECRET,)))
    assert turned.read(token()) == LINKS.read(token())
    made = turned.link(FILE_ID, SOON).rpartition("/")[2]
    assert made != token()
    assert LINKS.read(made) is None
    assert SignedLinks(BASE, "the next secret, of 32 characters").read(token()) is None


def test_every_shortened_address_is_unknown() -> None:
    whole = token()
    cut = [whole[:end] for end in range(len(whole))] + [whole[start:] for start in range(1, 9)]
    assert [one for one in cut if LINKS.read(one)] == []


def _signed(key: bytes, said: str) -> str:
    digest = hmac.digest(key, said.encode(), "sha256")
    return f"{said}.{urlsafe_b64encode(digest).decode().rstrip('=')}"


def forged() -> Iterator[str]:
    """What somebody may try who does not know the secret, or knows a signature of ours."""
    said = token().rpartition(".")[0]
    yield SignedLinks(BASE, SECRET + "!").link(FILE_ID, SOON).rpartition("/")[2]
    yield _signed(b"", said)
    yield _signed(SECRET.encode(), said)  # the secret itself signs nothing
    yield _signed(hmac.digest(SECRET.encode(), b"other", hashlib.sha256), said)
    yield f"{said}."
    yield f"{said}.{'A' * 43}"
    yield token() + "="
    yield token().replace(".", ".0", 1)
    yield "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."
    yield token().upper()


@pytest.mark.parametrize("guess", list(forged()))
def test_a_forged_address_is_unknown(desk: Desk, guess: str) -> None:
    assert LINKS.read(guess) is None
    assert said(desk.get(f"{PATH}/{guess}")) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/..",
        "/../healthz",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/%00",
        f"/{FILE_ID}",
        f"/{FILE_ID}/../{FILE_ID}",
        f"/{token()}/",
        f"/{token()}/more",
        f"/{token()}%0a",
        f"/%20{token()}",
        "/" + "é" * 50,
        "/" + "a" * 5_000,
    ],
)
def test_strange_paths_lead_nowhere(desk: Desk, path: str) -> None:
    reply = desk.client.get(PATH + path, follow_redirects=False)
    assert reply.status_code in {307, 404}
    assert b"Hello" not in reply.content


@given(st.text(max_size=200))
def test_no_text_is_taken_for_a_token(text: str) -> None:
    assert LINKS.read(text) is None


def test_a_moment_within_a_second_is_not_cut_off() -> None:
    late = SOON + timedelta(milliseconds=1)
    assert LINKS.read(token(until=late)) == (FILE_ID, int(SOON.timestamp()) + 1)


def test_without_a_secret_there_are_no_addresses() -> None:
    none = SignedLinks(BASE, "")
    for ask in (none.check, lambda: none.link(FILE_ID, SOON)):
        with pytest.raises(DomainError) as refusal:
            ask()
        assert refusal.value.code == "NOT_CONFIGURED"
        assert "SECRET_KEY" in refusal.value.message
    LINKS.check()


@pytest.mark.parametrize(
    ("kind", "told", "way"),
    [
        ("image/jpeg", "image/jpeg", "inline"),
        ("video/mp4", "video/mp4", "inline"),
        ("application/pdf", "application/pdf", "inline"),
        ("text/vcard", "text/vcard", "attachment"),
        ("text/csv", "text/csv", "attachment"),
        ("application/json", "application/json", "attachment"),
        ("text/html", "application/octet-stream", "attachment"),
        ("image/svg+xml", "application/octet-stream", "attachment"),
        ("text/javascript", "application/octet-stream", "attachment"),
        ("image/png; charset=x\r\nSet-Cookie: a=b", "application/octet-stream", "attachment"),
        ("", "application/octet-stream", "attachment"),
    ],
)
def test_only_harmless_types_are_named(kind: str, told: str, way: str) -> None:
    sent = headers(stored("a.bin", kind))
    assert sent["content-type"] == told
    assert sent["content-disposition"].startswith(f"{way};")


def test_a_browser_is_told_to_take_nothing_for_a_page(desk: Desk) -> None:
    sent = desk.get(desk.link()).headers
    assert sent["x-content-type-options"] == "nosniff"
    assert sent["cache-control"] == "private"
    assert sent["content-security-policy"] == "default-src 'none'"
    assert sent["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("photo.jpg", "photo.jpg"),
        ("my holiday photo (1).jpg", "my-holiday-photo.jpg"),
        ("фото.jpg", "file.jpg"),
        ('a"; filename="b.exe', "a-filename-b.exe"),
        ("a\r\nSet-Cookie: x=y.png", "a-Set-Cookie-x-y.png"),
        ("../../etc/passwd", "etc-passwd"),
        ("", "file"),
        (".png", "file.png"),
    ],
)
def test_a_name_is_safe_and_short_in_the_header(name: str, short: str) -> None:
    sent = headers(stored(name))["content-disposition"]
    assert f'; filename="{short}"; ' in sent
    assert len(short) <= 20


@given(st.text(max_size=300))
def test_any_name_makes_one_plain_line(name: str) -> None:
    sent = headers(stored(name))["content-disposition"]
    assert sent.isascii()
    assert sent.isprintable()
    assert sent.count('"') == 2
    assert not set(sent) & set("/\\")
    assert "%2F" not in sent


def test_whole_names_reach_browsers(desk: Desk) -> None:
    sent = desk.get(desk.link("фото 1.png")).headers["content-disposition"]
    assert "filename*=UTF-8''%D1%84%D0%BE%D1%82%D0%BE%201.png" in sent


def test_addresses_are_not_written_into_logs() -> None:
    event = {"path": f"{PATH}/{token()}", "event": f"GET {BASE}{PATH}/{token()} 200"}
    written = hide(None, "", event)
    assert written == {"path": "/files/[hidden]", "event": f"GET {BASE}/files/[hidden] 200"}


def test_serving_writes_no_log(desk: Desk) -> None:
    with structlog.testing.capture_logs() as lines:
        desk.get(desk.link("Jane Doe.png"))
        desk.get(f"{PATH}/{token()[:-1]}")
    assert lines == []
