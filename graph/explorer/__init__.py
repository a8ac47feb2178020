"""A page to try the API out with; our own, so that it works with no internet."""

from pathlib import Path

HERE = Path(__file__).parent
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
}


def page() -> str:
    """The page with its style and script inside it."""
    html = (HERE / "index.html").read_text()
    style, script = (HERE / "style.css").read_text(), (HERE / "explorer.js").read_text()
    return html.replace("/* style */", style).replace("/* script */", script)
