"""The live page and its parts, served as they lie in the folder."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from adapters.sandbox.wire import Refusal

FOLDER = Path(__file__).parent / "page"
KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
# Pictures may come from anywhere, since customers send addresses of pictures.
HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self' http: https: data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def routes() -> list[Route]:
    """The page at the root and its parts under `/page`."""
    return [Route("/", page), Route("/page/{name}", part)]


async def page(_request: Request) -> Response:
    """The page itself."""
    return _file(FOLDER / "index.html")


async def part(request: Request) -> Response:
    """A style sheet, script or picture of the page; nothing outside its folder."""
    path = FOLDER / request.path_params["name"]
    if path.parent != FOLDER or path.suffix not in KINDS or not path.is_file():
        raise Refusal(404, "no such part of the page")
    return _file(path)


def _file(path: Path) -> Response:
    return FileResponse(path, media_type=KINDS[path.suffix], headers=HEADERS)
