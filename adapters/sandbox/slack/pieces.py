"""The small pieces of Block Kit and their limits: texts, pictures, options, confirmations."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from adapters.sandbox.ledger import Json

Findings: TypeAlias = Iterator[str]
MESSAGE, VIEW = "message", "view"


@dataclass(frozen=True)
class Surface:
    """Where blocks stand, and the ids of files that exist; None when nobody knows."""

    kind: str = MESSAGE
    files: Container[str] | None = None


def wrong(what: str, where: str) -> str:
    """One finding in Slack's words."""
    return f"[ERROR] {what} [json-pointer:{where}]"


def only(item: Json, names: Iterable[str], where: str) -> Findings:
    """No property beside these."""
    for name in sorted(set(item) - {"type", *names}):
        yield wrong(f"invalid additional property: {name}", where)


def length(value: Any, most: int, where: str) -> Findings:
    """A string of at most so many characters."""
    if not isinstance(value, str):
        yield wrong("must be a string", where)
    elif len(value) > most:
        yield wrong(f"must be less than {most + 1} characters", where)


def count(items: Any, least: int, most: int, where: str) -> Findings:
    """A list of so many things."""
    if not isinstance(items, list):
        yield wrong("must be an array", where)
    elif len(items) > most:
        yield wrong(f"no more than {most} items allowed", where)
    elif len(items) < least:
        yield wrong(f"no fewer than {least} items allowed", where)


def number(value: Any, least: int, most: int, where: str) -> Findings:
    """A whole number between two others."""
    if not isinstance(value, int) or isinstance(value, bool):
        yield wrong("must be an integer", where)
    elif not least <= value <= most:
        yield wrong(f"must be between {least} and {most}", where)


def flag(item: Json, name: str, where: str) -> Findings:
    """True or false, if given."""
    if not isinstance(item.get(name, False), bool):
        yield wrong("must be a boolean", f"{where}/{name}")


def words(item: Any, most: int, where: str, *, plain: bool = False) -> Findings:
    """A text object, not empty."""
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if not isinstance(item, dict) or item.get("type") not in kinds:
        yield wrong(f"must be a {' or '.join(kinds)} object", where)
        return
    own = "emoji" if item["type"] == "plain_text" else "verbatim"
    yield from only(item, ("text", own), where)
    yield from flag(item, own, where)
    if not item.get("text"):
        yield wrong("must be more than 0 characters", f"{where}/text")
    else:
        yield from length(item["text"], most, f"{where}/text")


def picture(item: Json, where: str, surface: Surface) -> Findings:
    """A picture, which must be described and be either on the web or a file that exists."""
    address, file = item.get("image_url"), item.get("slack_file")
    if (address is None) == (file is None):
        yield wrong("either image_url or slack_file is required", where)
    if address is not None:
        yield from length(address, 3000, f"{where}/image_url")
    if file is not None:
        yield from _file(file, f"{where}/slack_file", surface)
    if not item.get("alt_text"):
        yield wrong("missing required field: alt_text", where)
    else:
        yield from length(item["alt_text"], 2000, f"{where}/alt_text")


def _file(file: Any, where: str, surface: Surface) -> Findings:
    if not isinstance(file, dict) or ("id" in file) == ("url" in file):
        yield wrong("needs either id or url", where)
        return
    yield from only(file, ("id", "url"), where)
    names = str(file.get("id") or file.get("url")).split("/")
    if surface.files is not None and not any(name in surface.files for name in names):
        yield wrong("invalid slack file", where)


def confirm(dialog: Any, where: str) -> Findings:
    """The question that an element asks first."""
    if not isinstance(dialog, dict):
        yield wrong("must be a confirmation dialog object", where)
        return
    yield from only(dialog, ("title", "text", "confirm", "deny", "style"), where)
    yield from words(dialog.get("title"), 100, f"{where}/title", plain=True)
    yield from words(dialog.get("text"), 300, f"{where}/text")
    for name in ("confirm", "deny"):
        yield from words(dialog.get(name), 30, f"{where}/{name}", plain=True)
    yield from style(dialog, where)


def style(item: Json, where: str) -> Findings:
    """Primary, danger or none."""
    if item.get("style", "primary") not in ("primary", "danger"):
        yield wrong("must be primary or danger", f"{where}/style")


def option(item: Any, where: str, *, plain: bool = True, url: bool = False) -> Findings:
    """One choice: 75 characters, a value of 150, a description of 75."""
    if not isinstance(item, dict):
        yield wrong("must be an option object", where)
        return
    yield from only(item, ("text", "value", "description", *(["url"] if url else [])), where)
    yield from words(item.get("text"), 75, f"{where}/text", plain=plain)
    yield from length(item.get("value"), 150, f"{where}/value")
    if item.get("description") is not None:
        yield from words(item["description"], 75, f"{where}/description", plain=plain)
    if "url" in item:
        yield from length(item["url"], 3000, f"{where}/url")


def choices(item: Json, where: str, *, least: int = 1, most: int = 100) -> Findings:
    """Options, or groups of options, but not both; with `least` 0 there may be none of either."""
    if ("options" in item) == ("option_groups" in item):
        yield wrong("either options or option_groups is required", where)
        return
    groups = item.get("option_groups")
    if groups is None:
        yield from _options(item, where, least, most)
        return
    yield from count(groups, least, 100, f"{where}/option_groups")
    for index, group in enumerate(groups):
        place = f"{where}/option_groups/{index}"
        yield from only(group, ("label", "options"), place)
        yield from words(group.get("label"), 75, f"{place}/label", plain=True)
        yield from _options(group, place, least, most)


def _options(item: Json, where: str, least: int, most: int) -> Findings:
    options = item.get("options")
    yield from count(options, least, most, f"{where}/options")
    boxes = item.get("type") in ("checkboxes", "radio_buttons")
    for index, one in enumerate(options if isinstance(options, list) else []):
        place = f"{where}/options/{index}"
        yield from option(one, place, plain=not boxes, url=item.get("type") == "overflow")
