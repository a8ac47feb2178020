"""Files into Slack and out of it.

An upload is not shared with anybody: a post shows it afterwards, so that no crash makes two posts.
A download carries our token to Slack's own hosts and nowhere else; without the right to read,
Slack answers with a page to log in, which is not taken for the file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.calls import Caller, Reply, Result, reason_of
from domain.rules import media
from domain.values import Content, Failed, Postponed, Unavailable, Uploaded

HOST = re.compile(r"(?:[a-z0-9-]+\.)*slack\.com")
MOST_HOPS = 4
THUMBNAILS = (1024, 960, 800, 720, 480, 360)
PIECE = 65_536
REDIRECTS = frozenset({301, 302, 303, 307, 308})
OK, TOO_MANY_REQUESTS, SERVER_ERROR = 200, 429, 500

AGAIN = "Put it into the channel once more."
TOO_LARGE = "This file has {size:,} bytes; at most {most:,} can be handled."
SMALLER = "Make it smaller and send it again."
ELSEWHERE = "This file is not kept in Slack but only linked there."
SAVE_IT = "Save it on your computer, then upload it."
GONE = "This file is gone from Slack."
NO_RIGHT = "Slack does not let the app read this file."
INSTALL = "Ask your operator to install the app again from the manifest."
ASTRAY = "Slack keeps this file at an address that may not be asked."
BROKE_OFF = "The file did not come from Slack as a whole."
UNREACHABLE = "Slack could not be reached."
REFUSED = "Slack refused the file ({code})."

SENTENCES: Mapping[str, Unavailable] = {
    "access_denied": Unavailable(NO_RIGHT, INSTALL),
    "file_deleted": Unavailable(GONE, AGAIN),
    "file_not_found": Unavailable(GONE, AGAIN),
    "file_type_not_allowed": Unavailable(
        "This Slack workspace does not allow files of this type.",
        "Its owner can allow them in the workspace's settings.",
    ),
    "file_upload_size_restricted": Unavailable(
        "This Slack workspace does not allow files of this size.",
        "Its owner can allow them in the workspace's settings.",
    ),
    "file_uploads_disabled": Unavailable(
        "This Slack workspace does not allow files.",
        "Its owner can allow them in the workspace's settings.",
    ),
    "file_uploads_except_images_disabled": Unavailable(
        "This Slack workspace allows pictures, but no other files.",
        "Its owner can allow them in the workspace's settings.",
    ),
    "missing_scope": Unavailable("The app may not handle files in Slack.", INSTALL),
    "not_in_channel": Unavailable("The app is not in this channel.", "Invite it, and try again."),
    "not_visible": Unavailable(NO_RIGHT, INSTALL),
    "posting_to_channel_denied": Unavailable(
        "The app may not post files in this channel.", "Ask the workspace's owner to allow it."
    ),
    "storage_limit_reached": Unavailable(
        "Slack's storage is full.", "Delete old files there, or choose a larger plan."
    ),
}
"""What each of Slack's refusals means for people."""

Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class ChatFiles:
    """The files of one workspace."""

    caller: Caller

    async def upload(self, name: str, data: bytes) -> Uploaded | Unavailable | Postponed:
        """In three steps: a place for the bytes, the bytes, and that they are complete."""
        place = await self.caller.insist(
            "files.getUploadURLExternal", filename=name, length=str(len(data))
        )
        if not isinstance(place, Reply):
            return _refusal(place)
        url, file_id = place.text("upload_url"), place.text("file_id")
        if not self._is_slacks(url) or not file_id:
            return Postponed(UNREACHABLE)
        if (problem := await self._send(url, data)) is not None:
            return problem
        done = await self.caller.insist(
            "files.completeUploadExternal", files=[{"id": file_id, "title": name}]
        )
        if not isinstance(done, Reply):
            return _refusal(done)
        kept = next((one for one in done.items("files") if isinstance(one, dict)), {})
        return Uploaded(file_id, _word(kept, "permalink"))

    async def download(self, file_id: str, most: int) -> Content | Unavailable | Postponed:
        """The whole file, if it is one that Slack itself keeps."""
        found = await self.caller.insist("files.info", file=file_id)
        if not isinstance(found, Reply):
            return _refusal(found)
        file = found.part("file")
        url, size = _readable(file)
        if (problem := _unfit(file, url, size, most)) is not None:
            return problem
        fetched = await self._fetch(url, most)
        if isinstance(fetched, bytes):
            if size and len(fetched) != size:
                return Postponed(BROKE_OFF)
            return Content(fetched, _word(file, "name"), _word(file, "mimetype"))
        return fetched

    async def _send(self, url: str, data: bytes) -> Unavailable | Postponed | None:
        """The address itself is the permission; no token goes with it."""
        try:
            async with self._session() as http, http.post(url, data=data) as answer:
                if answer.status == OK:
                    return None
                return Postponed(REFUSED.format(code=f"HTTP {answer.status}"))
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Postponed(UNREACHABLE)

    async def _fetch(self, url: str, most: int) -> bytes | Unavailable | Postponed:
        """Redirects are followed by hand, each to Slack's own hosts alone."""
        named = {"authorization": f"Bearer {self.caller.client.token}"}
        try:
            async with self._session() as http:
                for _ in range(MOST_HOPS):
                    if not self._is_slacks(url):
                        return Unavailable(ASTRAY, AGAIN)
                    async with http.get(url, headers=named, allow_redirects=False) as answer:
                        if answer.status not in REDIRECTS:
                            return await _read(answer, most)
                        url = urljoin(url, answer.headers.get("location", ""))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return Postponed(UNREACHABLE)
        return Unavailable(ASTRAY, AGAIN)

    def _session(self) -> aiohttp.ClientSession:
        web = self.caller.client
        return aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=float(web.timeout)),
            trust_env=web.trust_env_in_session,
            auto_decompress=False,
            headers={"accept-encoding": "identity"},
        )

    def _is_slacks(self, url: str) -> bool:
        """On Slack's own hosts; where the API is elsewhere, on that very origin."""
        try:
            there, base = urlsplit(url), urlsplit(self.caller.client.base_url)
            host, user = there.hostname or "", there.username
        except ValueError:
            return False
        if not HOST.fullmatch(base.hostname or ""):
            return (there.scheme, there.netloc) == (base.scheme, base.netloc)
        return there.scheme == "https" and not user and bool(HOST.fullmatch(host))


async def _read(answer: aiohttp.ClientResponse, most: int) -> bytes | Unavailable | Postponed:
    if answer.status == TOO_MANY_REQUESTS or answer.status >= SERVER_ERROR:
        return Postponed(REFUSED.format(code=f"HTTP {answer.status}"))
    if answer.status != OK:
        return Unavailable(GONE, AGAIN)
    if answer.content_type == "text/html":
        return Unavailable(NO_RIGHT, INSTALL)
    data = bytearray()
    async for piece in answer.content.iter_chunked(PIECE):
        data += piece
        if len(data) > most:
            return Unavailable(TOO_LARGE.format(size=len(data), most=most), SMALLER)
    if media.is_page(bytes(data[: media.HEAD])):
        return Unavailable(NO_RIGHT, INSTALL)
    return bytes(data)


def _unfit(file: Json, url: str, size: int, most: int) -> Unavailable | None:
    """What is known before anything is fetched."""
    if file.get("is_external") or _word(file, "mode") == "external":
        return Unavailable(ELSEWHERE, SAVE_IT)
    if not url or _word(file, "mode") in ("tombstone", "hidden_by_limit"):
        return Unavailable(GONE, AGAIN)
    if size > most:
        return Unavailable(TOO_LARGE.format(size=size, most=most), SMALLER)
    return None


def _refusal(result: Result) -> Unavailable | Postponed:
    """A refusal in words; what asks for patience, or says nothing for sure, may be tried again."""
    if isinstance(result, Postponed):
        return Postponed(UNREACHABLE, result.seconds, busy=result.busy)
    code = reason_of(result)
    if isinstance(result, Failed):
        return SENTENCES.get(code) or Postponed(REFUSED.format(code=code))
    return Postponed(UNREACHABLE)


def _readable(file: Json) -> tuple[str, int]:
    """Where it is and its size, 0 when nobody says; of Apple's pictures, where Slack's JPEG is."""
    if _word(file, "mimetype") in media.APPLE or _word(file, "filetype") in ("heic", "heif"):
        made = filter(None, (_word(file, f"thumb_{side}") for side in THUMBNAILS))
        if thumbnail := next(made, ""):
            return thumbnail, 0
    size = file.get("size")
    url = _word(file, "url_private_download") or _word(file, "url_private")
    return url, size if isinstance(size, int) else 0


def _word(file: Json, name: str) -> str:
    value = file.get(name)
    return value if isinstance(value, str) else ""
