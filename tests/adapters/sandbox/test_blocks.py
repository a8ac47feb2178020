"""The limits of Block Kit: the largest that is taken, and one more."""

from typing import Any

import pytest

from adapters.sandbox.slack.blocks import check_blocks
from adapters.sandbox.slack.error import SlackError


def plain(text: str = "x") -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


def button(name: str = "go", text: str = "Go", **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": name, "text": plain(text), **more}


def section(**more: Any) -> dict[str, Any]:
    return {"type": "section", **more}


def actions(*elements: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def context(count: int) -> dict[str, Any]:
    return {"type": "context", "elements": [mrkdwn()] * count}


def select(count: int, text: str = "o", value: str = "v", kind: str = "static_select") -> Any:
    option = {"text": plain(text), "value": value}
    return actions({"type": kind, "action_id": "s", "options": [option] * count})


def confirm(title: str = "t", text: str = "t", deny: str = "n") -> dict[str, Any]:
    return {"title": plain(title), "text": mrkdwn(text), "confirm": plain("y"), "deny": plain(deny)}


def refusal(blocks: Any, most: int = 50) -> SlackError | None:
    try:
        check_blocks(blocks, most)
    except SlackError as error:
        return error
    return None


LARGEST = [
    section(text=mrkdwn("x" * 3000)),
    section(fields=[plain("x" * 2000)] * 6),
    section(fields=[plain()] * 10),
    {"type": "header", "text": plain("x" * 150)},
    context(10),
    actions(*[button(f"b{number}") for number in range(25)]),
    actions(button(text="x" * 75, value="v" * 2000)),
    actions(button("a" * 255)),
    actions(button(url="https://example.com/" + "u" * 2980)),
    actions(button(style="danger", confirm=confirm("t" * 100, "t" * 300, "n" * 30))),
    select(100),
    select(1, "x" * 75, "v" * 150),
    select(5, kind="overflow"),
    select(10, kind="checkboxes"),
    section(text=mrkdwn(), block_id="b" * 255),
    section(text=mrkdwn(), accessory=button()),
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a" * 2000},
    {"type": "markdown", "text": "x" * 12_000},
    {"type": "divider"},
    {"type": "rich_text", "elements": []},
]

TOO_LARGE = [
    section(text=mrkdwn("x" * 3001)),
    section(fields=[plain("x" * 2001)]),
    section(fields=[plain()] * 11),
    section(),
    section(text=mrkdwn("")),
    section(text="bare string"),
    section(text={"type": "markdown", "text": "x"}),
    {"type": "header", "text": plain("x" * 151)},
    {"type": "header", "text": mrkdwn()},
    context(11),
    context(0),
    actions(*[button(f"b{number}") for number in range(26)]),
    actions(),
    actions(button("same"), button("same")),
    actions(button(text="x" * 76)),
    actions(button(value="v" * 2001)),
    actions(button("a" * 256)),
    actions(button(url="https://example.com/" + "u" * 2981)),
    actions(button(style="blue")),
    actions(button(confirm=confirm("t" * 101))),
    actions(button(confirm=confirm(text="t" * 301))),
    actions(button(confirm=confirm(deny="n" * 31))),
    select(101),
    select(0),
    select(1, "x" * 76),
    select(1, value="v" * 151),
    select(6, kind="overflow"),
    select(11, kind="checkboxes"),
    actions({"type": "teleporter", "action_id": "t"}),
    section(text=mrkdwn(), block_id="b" * 256),
    section(text=mrkdwn(), accessory="button"),
    {"type": "image", "alt_text": "a"},
    {"type": "image", "image_url": "https://example.com/a.png"},
    {"type": "markdown", "text": "x" * 12_001},
    {"type": "banner"},
    "divider",
]


@pytest.mark.parametrize("block", LARGEST, ids=range(len(LARGEST)))
def test_the_largest_is_taken(block: Any) -> None:
    error = refusal([block])
    assert error is None, vars(error)


@pytest.mark.parametrize("block", TOO_LARGE, ids=range(len(TOO_LARGE)))
def test_one_more_is_refused(block: Any) -> None:
    error = refusal([block])
    assert error is not None
    assert error.code == "invalid_blocks"
    assert "json-pointer:/blocks/0" in str(error.more)


def test_a_message_has_fifty_blocks_and_a_view_a_hundred() -> None:
    divider = {"type": "divider"}
    assert refusal([divider] * 50) is None
    assert refusal([divider] * 51) is not None
    assert refusal([divider] * 100, 100) is None


def test_all_blocks_together_have_a_limit() -> None:
    long = section(text=mrkdwn("x" * 3000))
    assert refusal([long] * 4) is None
    error = refusal([long] * 5)
    assert error is not None
    assert error.code == "msg_blocks_too_long"


def test_two_blocks_of_one_name_are_refused() -> None:
    twice = [section(text=mrkdwn(), block_id="a")] * 2
    assert refusal(twice) is not None


@pytest.mark.parametrize("blocks", ["x", 5, {"type": "divider"}])
def test_blocks_are_a_list(blocks: Any) -> None:
    assert refusal(blocks) is not None
