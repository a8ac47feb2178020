"""Elements of the page. All that comes from outside is escaped here and nowhere else."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
Fact = tuple[str, str | list[str]]


def start(title: str) -> str:
    """Everything before the first heading. Nothing is fetched, and no script can run."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n"
    )


def heading(level: int, text: str, name: str = "") -> str:
    """A heading, with a name to link to."""
    own = f' id="{escape(name)}"' if name else ""
    return f"<h{level}{own}>{escape(text)}</h{level}>\n"


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph of plain words."""
    own = f' class="{kind}"' if kind else ""
    return f"<p{own}>{escape(text)}</p>\n"


def links(sections: Iterable[tuple[str, str]]) -> str:
    """The ways to the sections, by name."""
    items = "".join(f'<a href="#{escape(name)}">{escape(title)}</a>' for name, title in sections)
    return f"<nav>{items}</nav>\n"


def facts(rows: Iterable[Fact]) -> str:
    """Labels with what is known; what is not known is left out."""
    shown = "".join(
        f"<dt>{escape(label)}</dt>{''.join(_value(one) for one in _several(value))}"
        for label, value in rows
        if value
    )
    return f"<dl>{shown}</dl>\n" if shown else ""


def quotation(text: str) -> str:
    """Somebody's own words, in whatever direction they are written."""
    return f'<blockquote dir="auto">{escape(text)}</blockquote>\n' if text else ""


def entry(kind: str, when: str, title: str, *parts: str) -> str:
    """One thing that happened; `kind` gives it its colour."""
    head = f'<h3><time>{escape(when)}</time> <span dir="auto">{escape(title)}</span></h3>\n'
    return f'<article class="{kind}">\n{head}{"".join(parts)}</article>\n'


def _several(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _value(text: str) -> str:
    return f'<dd dir="auto">{escape(text)}</dd>'
