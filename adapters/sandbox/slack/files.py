"""Files: the three steps of an upload, and the file as others see it."""

import base64
import mimetypes
import secrets
import time
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.call import Call, Method
from adapters.sandbox.slack.channel import Channel
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.people import APP, BOT, BOT_USER
from adapters.sandbox.slack.workspace import Workspace

LARGEST = 20_000_000


class Files:
    """Uploads and downloads, each file with its bytes in the ledger."""

    def __init__(self, config: SandboxConfig, workspace: Workspace) -> None:
        self._config = config
        self._workspace = workspace

    def methods(self) -> dict[str, Method]:
        """The files.* methods."""
        return {
            "files.getUploadURLExternal": self._reserve,
            "files.completeUploadExternal": self._complete,
            "files.info": self._info,
        }

    def routes(self) -> list[Route]:
        """Where bytes go in and come out, to be mounted under `/slack`."""
        return [
            Route("/upload/{file}", self._upload, methods=["POST"]),
            Route("/files/{file}/{name}", self._download, methods=["GET"]),
        ]

    def add(self, name: str, content: bytes, user: str) -> Json:
        """Keep a whole file of somebody's at once."""
        file = _new(name, len(content), user)
        return self._keep({**file, "content": base64.b64encode(content).decode()})

    def shown(self, file: Json) -> Json:
        """As files.info and a message show it."""
        link = f"{self._config.own_url}/slack/files/{file['id']}/{quote(file['name'])}"
        plain = {name: value for name, value in file.items() if name != "content"}
        return {**plain, "url_private": link, "url_private_download": link, "permalink": link}

    def share(self, files: list[Json], channel: Channel, user: str, text: str, more: Json) -> Json:
        """Post a message that carries files."""
        for file in files:
            self._keep({**file, "channels": [*file["channels"], channel.id]})
        shown = [self.shown(file) for file in files]
        author = (
            {"user": user, "bot_id": BOT, "app_id": APP} if user == BOT_USER else {"user": user}
        )
        content = {"subtype": "file_share", **author, "text": text, "files": shown}
        for file in files:
            self._workspace.tell(_shared(file["id"], channel, user))
        return self._workspace.post(channel, {**content, **more})

    def _keep(self, file: Json) -> Json:
        self._workspace.ledger.put("file", file["id"], file)
        return file

    def _find(self, file: object) -> Json | None:
        return self._workspace.ledger.all("file").get(str(file))

    def _reserve(self, call: Call) -> Json:
        length = call.number("length", 0)
        if not length:
            raise SlackError("missing_argument")
        if length > LARGEST:
            raise SlackError("file_upload_size_restricted")
        file = self._keep(_new(call.text("filename", "untitled"), length, BOT_USER))
        url = f"{self._config.own_url}/slack/upload/{file['id']}"
        return {"ok": True, "upload_url": url, "file_id": file["id"]}

    def _complete(self, call: Call) -> Json:
        wanted = call.args.get("files")
        if not isinstance(wanted, list) or not wanted:
            raise SlackError("invalid_arguments")
        files = [self._titled(item) for item in wanted if isinstance(item, dict)]
        where = call.names("channel_id") or call.names("channels")
        if where:
            channel = Call(call.workspace, {"channel": where[0]}).open_channel()
            thread = call.text("thread_ts", "")
            more = {"thread_ts": thread} if thread else {}
            self.share(files, channel, BOT_USER, call.text("initial_comment", ""), more)
        return {"ok": True, "files": [self.shown(file) for file in files]}

    def _titled(self, item: Json) -> Json:
        file = self._find(item.get("id"))
        if file is None or "content" not in file:
            raise SlackError("file_not_found")
        return self._keep({**file, "title": item.get("title") or file["name"]})

    def _info(self, call: Call) -> Json:
        file = self._find(call.text("file", "?"))
        if file is None:
            raise SlackError("file_not_found")
        return {"ok": True, "file": self.shown(file), "comments": []}

    async def _upload(self, request: Request) -> Response:
        file = self._find(request.path_params["file"])
        raw = await request.body()
        if file is None:
            return PlainTextResponse("file not found", 404)
        if len(raw) != file["size"]:
            return PlainTextResponse("the length differs from what was announced", 400)
        self._keep({**file, "content": base64.b64encode(raw).decode()})
        return PlainTextResponse(f"OK - {len(raw)}")

    async def _download(self, request: Request) -> Response:
        file = self._find(request.path_params["file"])
        if file is None or "content" not in file:
            return PlainTextResponse("file not found", 404)
        bearer = request.headers.get("authorization", "")
        local = request.headers.get("sec-fetch-site") == "same-origin"
        if bearer != f"Bearer {self._config.slack_bot_token}" and not local:
            return HTMLResponse("<!doctype html><title>Sign in to Slack</title>")
        content = base64.b64decode(file["content"])
        return Response(content, media_type=file["mimetype"])


def _shared(file: str, channel: Channel, user: str) -> Json:
    about = {"file_id": file, "file": {"id": file}, "user_id": user}
    return {"type": "file_shared", **about, "channel_id": channel.id}


def _new(name: str, size: int, user: str) -> Json:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {
        "id": "F0" + secrets.token_hex(5).upper(),
        "created": int(time.time()),
        "name": name,
        "title": name,
        "mimetype": kind,
        "filetype": name.rpartition(".")[2],
        "size": size,
        "user": user,
        "channels": [],
    }
