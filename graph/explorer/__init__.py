"""A page to try the API out with; our own, so that it works with no internet."""

import base64
import hashlib
from pathlib import Path

HERE = Path(__file__).parent
STYLE, SCRIPT = "/* style */", "/* script */"


def page() -> tuple[str, dict[str, str]]:
    """The page with its style and script inside it, and headers that allow nothing else."""
    style, script = _file("style.css"), _file("explorer.js")
    html = _file("index.html").replace(STYLE, style).replace(SCRIPT, script)
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return html, {"content-security-policy": policy, "cache-control": "no-store"}


def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
