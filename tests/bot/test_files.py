"""Files into Slack and out of it, with a Slack that works, one that refuses and one that lies."""

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.responses import StreamingResponse as Stream
from starlette.routing import Route

from bot import files
from bot.blocks import posts
from bot.calls import Caller
from bot.files import SENTENCES, ChatFiles
from domain.values import Content, Picture, Place, Postponed, Shown, Unavailable, Uploaded
from tests.adapters.sandbox.town import free_socket, served
from tests.bot.rig import INBOX, FakePace, Rig, post
from tests.clock import FakeClock

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 50
MOST = 1_000
TOKEN = "xoxb-sandbox"


async def theirs(rig: Rig, content: bytes = PNG, name: str = "a.png") -> str:
    """The id of a file that Dana has put into the inbox channel."""
    attached = [{"name": name, "content": base64.b64encode(content).decode()}]
    return str((await rig.write(INBOX, "Look", files=attached))["files"][0]["id"])


async def test_an_upload_is_seen_by_nobody_before_a_post_shows_it(rig: Rig) -> None:
    made = await rig.chat.upload("roof.png", PNG)
    assert isinstance(made, Uploaded)
    assert made.link.startswith("http")
    assert await rig.messages() == []
    (call,) = await rig.calls("files.completeUploadExternal")
    assert "channel" not in str(call["args"])
    shown = post("Look", pictures=(Picture(made.id, "roof.png", framed=True),))
    assert isinstance(await rig.chat.post(rig.chat.inbox, shown), Shown)
    ((_, image),) = [one["blocks"] for one in await rig.messages()]
    assert (image["type"], image["slack_file"], image["alt_text"]) == (
        "image",
        {"id": made.id},
        "roof.png",
    )


async def test_a_post_gets_its_pictures_later(rig: Rig) -> None:
    said = await rig.chat.post(rig.chat.inbox, post("Look", note="📎 1 picture is being fetched."))
    made = await rig.chat.upload("roof.png", PNG)
    assert isinstance(said, Shown)
    assert isinstance(made, Uploaded)
    again = post("Look", pictures=(Picture(made.id, "roof.png", framed=True),))
    assert await rig.chat.reword(Place(INBOX), said.ts, again) is None
    (shown,) = await rig.messages()
    assert [one["type"] for one in shown["blocks"]] == ["section", "image"]


async def test_a_picture_that_slack_does_not_have_is_refused(rig: Rig) -> None:
    unknown = post("Look", pictures=(Picture("F0NONE", "x", framed=True),))
    said = await rig.chat.post(rig.chat.inbox, unknown)
    assert not isinstance(said, Shown)


def test_other_files_are_linked_under_their_names() -> None:
    link = Picture("F1", "plan|<b>.pdf", "https://files.example.com/F1")
    assert posts.spoken(post("Look", pictures=(link,))) == (
        "Look\n📎 <https://files.example.com/F1|plan¦&lt;b&gt;.pdf>"
    )
    for address in ("", "javascript:alert(1)", "https://x|y>z"):
        assert posts.spoken(post("", pictures=(replace(link, link=address),))) == (
            "📎 plan¦&lt;b&gt;.pdf"
        )


def test_a_picture_without_words_still_says_something() -> None:
    alone = post("", pictures=(Picture("F1", "a.png", framed=True),))
    assert posts.spoken(alone) == posts.PICTURE
    assert posts.spoken(post("", note="📎 1 picture is being fetched.")) == posts.PICTURE


def test_ten_pictures_and_a_long_text_stay_within_a_message() -> None:
    shown = tuple(Picture(f"F{n}", "a" * 5_000, framed=True) for n in range(10))
    blocks = posts.message(post("x" * 20_000, pictures=shown, note="n" * 9_000))
    assert len(blocks) <= 50
    assert all(len(one["alt_text"]) <= 2_000 for one in blocks if one["type"] == "image")


METHODS = ("files.getUploadURLExternal", "files.completeUploadExternal")
NAMED = (
    "file_uploads_disabled",
    "file_uploads_except_images_disabled",
    "file_type_not_allowed",
    "file_upload_size_restricted",
    "storage_limit_reached",
    "posting_to_channel_denied",
    "not_in_channel",
    "missing_scope",
)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("code", NAMED)
async def test_each_refusal_has_a_sentence(rig: Rig, method: str, code: str) -> None:
    refusal = {"ok": False, "error": code}
    await rig.fault(method, "answer", status=200, body=refusal)
    told = await rig.chat.upload("a.png", PNG)
    assert told == SENTENCES[code]
    assert isinstance(told, Unavailable)
    assert told.reason.endswith(".")
    assert told.help.endswith(".")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("status", "times"), [(429, 1), (500, 2), (503, 2)])
async def test_what_asks_for_patience_is_tried_again(
    rig: Rig, method: str, status: int, times: int
) -> None:
    await rig.fault(method, "answer", status=status, times=times)
    assert isinstance(await rig.chat.upload("a.png", PNG), Postponed)
    rig.pace.until.clear()
    assert isinstance(await rig.chat.upload("a.png", PNG), Uploaded)


async def test_an_unknown_refusal_names_itself(rig: Rig) -> None:
    refusal = {"ok": False, "error": "new_reason"}
    await rig.fault("files.completeUploadExternal", "answer", status=200, body=refusal)
    assert await rig.chat.upload("a.png", PNG) == Postponed("Slack refused the file (new_reason).")


async def test_what_an_agent_brought_is_fetched(rig: Rig) -> None:
    file_id = await theirs(rig)
    assert await rig.chat.download(file_id, MOST) == Content(PNG, "a.png", "image/png")


async def test_what_is_too_large_is_not_fetched(rig: Rig) -> None:
    file_id = await theirs(rig, b"x" * (MOST + 1))
    told = await rig.chat.download(file_id, MOST)
    assert told == Unavailable(files.TOO_LARGE.format(size=1_001, most=MOST), files.SMALLER)


async def test_what_was_deleted_is_gone(rig: Rig) -> None:
    assert await rig.chat.download("F0NONE", MOST) == SENTENCES["file_not_found"]


# A Slack that says what the test says.


@dataclass
class Liar:
    """Slack's API and its files, on one origin; `file` is what files.info tells."""

    base: str = ""
    file: dict[str, Any] = field(default_factory=dict)
    content: Callable[[Request], Response] = lambda _: Response(PNG, media_type="image/png")
    place: dict[str, Any] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    async def api(self, request: Request) -> Response:
        name = request.path_params["method"]
        answers: dict[str, Any] = {
            "auth.test": {"team_id": "T1", "user_id": "U1", "bot_id": "B1"},
            "files.info": {"file": {"url_private_download": f"{self.base}/f/1"} | self.file},
            "files.getUploadURLExternal": self.place,
            "files.completeUploadExternal": {"files": [None]},
        }
        return JSONResponse({"ok": True, **answers[name]})

    async def bytes(self, request: Request) -> Response:
        self.asked.append(request)
        return self.content(request)

    def app(self) -> Starlette:
        kept = Route("/f/{rest:path}", self.bytes, methods=["GET", "POST"])
        return Starlette(routes=[Route("/api/{method}", self.api, methods=["POST"]), kept])

    async def fetch(self, clock: FakeClock) -> Content | Unavailable | Postponed:
        return await ChatFiles(self.caller(clock)).download("F1", MOST)

    def caller(self, clock: FakeClock) -> Caller:
        client = AsyncWebClient(TOKEN, base_url=f"{self.base}/api/", timeout=2, retry_handlers=[])
        return Caller(client, FakePace(), clock)


@pytest.fixture
async def liar() -> AsyncIterator[Liar]:
    async with _lying() as found:
        yield found


@asynccontextmanager
async def _lying() -> AsyncIterator[Liar]:
    found, listener = Liar(), free_socket()
    found.base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with served(found.app(), listener):
        yield found


LOGIN = b"\n<!DOCTYPE html><title>Sign in to Slack</title>"


@pytest.mark.parametrize(
    "page",
    [
        Response(LOGIN, media_type="text/html"),
        Response(LOGIN, media_type="image/png"),
        Response(b"<HTML>", media_type="application/octet-stream"),
        Response(PNG, media_type="text/html"),
    ],
)
async def test_a_page_to_log_in_is_not_taken_for_the_file(
    liar: Liar, clock: FakeClock, page: Response
) -> None:
    liar.content = lambda _: page
    assert await liar.fetch(clock) == Unavailable(files.NO_RIGHT, files.INSTALL)


@pytest.mark.parametrize(
    "there",
    [
        "http://127.0.0.1:9/f/2",
        "http://169.254.169.254/latest/meta-data",
        "https://files.slack.com/f/2",
        "https://evil.example.com/f/2",
        "//evil.example.com",
        "file:///etc/passwd",
        "http://[",
    ],
)
async def test_a_redirect_elsewhere_is_not_followed(
    liar: Liar, clock: FakeClock, there: str
) -> None:
    liar.content = lambda _: RedirectResponse(there)
    told = await liar.fetch(clock)
    assert told == Unavailable(files.ASTRAY, files.AGAIN) or isinstance(told, Postponed)
    assert len(liar.asked) == 1


async def test_a_redirect_on_the_same_origin_is_followed(liar: Liar, clock: FakeClock) -> None:
    def content(request: Request) -> Response:
        first = request.path_params["rest"] == "1"
        return RedirectResponse("/f/2") if first else Response(PNG, media_type="image/png")

    liar.content = content
    assert isinstance(await liar.fetch(clock), Content)
    assert {one.headers["authorization"] for one in liar.asked} == {f"Bearer {TOKEN}"}


async def test_redirects_without_end_are_given_up(liar: Liar, clock: FakeClock) -> None:
    liar.content = lambda _: RedirectResponse("/f/1")
    assert await liar.fetch(clock) == Unavailable(files.ASTRAY, files.AGAIN)
    assert len(liar.asked) == files.MOST_HOPS


@pytest.mark.parametrize(
    "url", ["https://evil.example.com/f/1", "http://127.0.0.1:9/f/1", "ftp://x/f/1", "f/1"]
)
async def test_the_token_goes_to_slack_alone(liar: Liar, clock: FakeClock, url: str) -> None:
    liar.file = {"url_private_download": url}
    assert await liar.fetch(clock) == Unavailable(files.ASTRAY, files.AGAIN)
    assert liar.asked == []


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ({"is_external": True}, Unavailable(files.ELSEWHERE, files.SAVE_IT)),
        ({"mode": "external"}, Unavailable(files.ELSEWHERE, files.SAVE_IT)),
        ({"mode": "tombstone"}, Unavailable(files.GONE, files.AGAIN)),
        ({"mode": "hidden_by_limit"}, Unavailable(files.GONE, files.AGAIN)),
        ({"url_private_download": None}, Unavailable(files.GONE, files.AGAIN)),
        ({"size": len(PNG) + 1}, Postponed(files.BROKE_OFF)),
        ({"size": "many"}, Content(PNG)),
        ({"size": len(PNG), "name": 7, "mimetype": None}, Content(PNG)),
    ],
)
async def test_what_slack_says_of_a_file_is_checked(
    liar: Liar, clock: FakeClock, file: dict[str, Any], told: object
) -> None:
    liar.file = file
    assert await liar.fetch(clock) == told


async def test_of_what_only_phones_read_slacks_own_picture_is_taken(
    liar: Liar, clock: FakeClock
) -> None:
    made = {"thumb_360": f"{liar.base}/f/360", "thumb_1024": f"{liar.base}/f/1024"}
    liar.file = {"mimetype": "image/heic", "size": 5_000_000, **made}
    assert isinstance(await liar.fetch(clock), Content)
    assert [one.path_params["rest"] for one in liar.asked] == ["1024"]


@pytest.mark.parametrize(
    ("status", "kind"), [(404, Unavailable), (403, Unavailable), (429, Postponed), (502, Postponed)]
)
async def test_other_answers_are_no_file(
    liar: Liar, clock: FakeClock, status: int, kind: type[object]
) -> None:
    liar.content = lambda _: PlainTextResponse("no", status)
    assert isinstance(await liar.fetch(clock), kind)


async def test_a_body_without_end_is_cut_off(liar: Liar, clock: FakeClock) -> None:
    async def without_length() -> AsyncIterator[bytes]:
        for _ in range(1_000):
            yield b"x" * 500

    liar.content = lambda _: Stream(without_length(), media_type="image/png")
    told = await liar.fetch(clock)
    assert isinstance(told, Unavailable)
    assert "at most 1,000" in told.reason


@pytest.mark.parametrize(
    "place",
    [
        {"upload_url": "https://evil.example.com/f/1", "file_id": "F1"},
        {"upload_url": "http://169.254.169.254/f/1", "file_id": "F1"},
        {"upload_url": "", "file_id": "F1"},
        {},
    ],
)
async def test_bytes_go_to_slack_alone(liar: Liar, clock: FakeClock, place: dict[str, Any]) -> None:
    liar.place = place
    told = await ChatFiles(liar.caller(clock)).upload("a.png", PNG)
    assert told == Postponed(files.UNREACHABLE)
    assert liar.asked == []


async def test_bytes_go_without_the_token(liar: Liar, clock: FakeClock) -> None:
    liar.place = {"upload_url": f"{liar.base}/f/up", "file_id": "F1"}
    assert await ChatFiles(liar.caller(clock)).upload("a.png", PNG) == Uploaded("F1")
    assert "authorization" not in liar.asked[0].headers
    liar.content = lambda _: PlainTextResponse("full", 507)
    assert isinstance(await ChatFiles(liar.caller(clock)).upload("a.png", PNG), Postponed)


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://files.slack.com/x", True),
        ("https://acme.enterprise.slack.com/x", True),
        ("https://slack.com/x", True),
        ("https://slack.com.evil.example.com/x", False),
        ("https://evilslack.com/x", False),
        ("https://files.slack.com@evil.example.com/x", False),
        ("https://user@files.slack.com/x", False),
        ("http://files.slack.com/x", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_slacks_own_hosts_are_known(clock: FakeClock, url: str, ours: bool) -> None:
    caller = Caller(AsyncWebClient(TOKEN), FakePace(), clock)
    assert ChatFiles(caller)._is_slacks(url) is ours
