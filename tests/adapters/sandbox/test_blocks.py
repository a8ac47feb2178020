"""The limits of Block Kit: the largest that is taken, and one more."""

from contextlib import nullcontext
from typing import Any

import pytest

from adapters.sandbox.slack.blocks import check_blocks, check_options
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


def field(kind: str, **more: Any) -> dict[str, Any]:
    """An input block with such an element."""
    element = {"type": kind, "action_id": "a", **more}
    return {"type": "input", "block_id": "b", "label": plain(), "element": element}


def line(**more: Any) -> dict[str, Any]:
    return field("plain_text_input", **more)


def menu(*options: Any, **more: Any) -> dict[str, Any]:
    return field("static_select", options=list(options), **more)


def groups(count: int, label: str = "g", options: int = 1) -> dict[str, Any]:
    group = {"label": plain(label), "options": [ONE] * options}
    return field("static_select", option_groups=[group] * count)


def rich(*elements: Any) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


ONE = {"text": plain("One"), "value": "1"}
OTHER = {"text": plain("Other"), "value": "1"}
ON_TYPING = {"trigger_actions_on": ["on_character_entered"]}
PICTURE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}


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
    {**PICTURE, "title": plain("t" * 2000)},
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a"},
    section(text=mrkdwn(), accessory=PICTURE),
    line(min_length=0, max_length=3000, multiline=True, initial_value="x" * 3000),
    line(dispatch_action_config=ON_TYPING, focus_on_load=True),
    {**line(), "label": plain("l" * 2000), "hint": plain("h" * 2000), "optional": True},
    menu(ONE, initial_option=ONE),
    menu({**ONE, "description": plain("d" * 75)}),
    groups(100),
    groups(1, "g" * 75, options=100),
    field("checkboxes", options=[{**ONE, "text": mrkdwn()}]),
    field("radio_buttons", options=[ONE], initial_option=ONE),
    field("external_select", min_query_length=0, initial_option=ONE, placeholder=plain("p" * 150)),
    field("multi_static_select", options=[ONE], max_selected_items=1),
    field("datepicker", initial_date="2026-02-28"),
    field("timepicker", initial_time="23:59"),
    field("datetimepicker", initial_date_time=1_795_000_000),
    field("number_input", is_decimal_allowed=False, min_value="1", max_value="60"),
    rich({"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}),
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
    {**PICTURE, "title": plain("t" * 2001)},
    {**PICTURE, "slack_file": {"id": "F1"}},
    {"type": "image", "slack_file": {}, "alt_text": "a"},
    {**PICTURE, "alt_text": ""},
    {**PICTURE, "alt_text": "a" * 2001},
    line(min_length=3001),
    line(max_length=0),
    line(max_length=3001),
    line(min_length=10, max_length=5),
    line(max_length=3, initial_value="long"),
    line(dispatch_action_config={"trigger_actions_on": ["on_sight"]}),
    line(dispatch_action_config={}),
    line(placeholder=plain("p" * 151)),
    line(placeholder=mrkdwn()),
    line(action_id="a" * 256),
    line(multiline="yes"),
    {**line(), "label": plain("l" * 2001)},
    {**line(), "label": mrkdwn()},
    {**line(), "hint": plain("h" * 2001)},
    {**line(), "dispatch_action": "yes"},
    {**line(), "lable": plain()},
    menu(ONE, initial_option=OTHER),
    menu({**ONE, "description": plain("d" * 76)}),
    menu({**ONE, "text": mrkdwn()}),
    menu({**ONE, "url": "https://example.com"}),
    menu({"text": plain()}),
    menu(ONE, option_groups=[]),
    groups(101),
    groups(0),
    groups(1, "g" * 76),
    groups(1, options=101),
    field("checkboxes", options=[ONE], initial_options=[OTHER]),
    field("radio_buttons", options=[ONE] * 11),
    field("radio_buttons", options=[]),
    field("external_select", min_query_length=-1),
    field("external_select", options=[ONE]),
    field("multi_static_select", options=[ONE], max_selected_items=0),
    field("datepicker", initial_date="28.02.2026"),
    field("datepicker", initial_date="2026-13-01"),
    field("timepicker", initial_time="24:00"),
    field("datetimepicker", initial_date_time=5),
    field("number_input"),
    field("file_input"),
    field("button", text=plain()),
    field("overflow", options=[ONE]),
    actions({"type": "plain_text_input", "action_id": "a"}),
    section(text=mrkdwn(), accessory={"type": "plain_text_input", "action_id": "a"}),
    section(text={**mrkdwn(), "emoji": True}),
    section(text=mrkdwn(), txet=mrkdwn()),
    actions(button(initial_value="x")),
    actions(button(confirm=confirm() | {"style": "blue"})),
    actions(button(confirm="Sure?")),
    rich({"type": "text", "text": "x"}),
    rich({"type": "rich_text_section"}),
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


def test_only_one_element_takes_the_focus() -> None:
    fields = [{**line(focus_on_load=True), "block_id": name} for name in "ab"]
    assert refusal(fields[:1]) is None
    assert refusal(fields) is not None


def test_a_picture_may_be_a_file_that_exists() -> None:
    block = {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a"}
    check_blocks([block], 50, files={"F1"})
    linked = {**block, "slack_file": {"url": "https://files.example.com/F1/a.png"}}
    check_blocks([linked], 50, files={"F1"})
    with pytest.raises(SlackError) as refused:
        check_blocks([block], 50, files={"F2"})
    assert "invalid slack file" in str(refused.value.more)


def test_some_blocks_stand_in_messages_only() -> None:
    markdown = [{"type": "markdown", "text": "x"}]
    check_blocks(markdown, 50)
    with pytest.raises(SlackError):
        check_blocks(markdown, 100, error="invalid_arguments")


@pytest.mark.parametrize(
    ("answer", "good"),
    [
        ({"options": []}, True),
        ({"options": [ONE] * 100}, True),
        ({"option_groups": [{"label": plain("g"), "options": [ONE]}]}, True),
        ({"options": [ONE] * 101}, False),
        ({"options": [{"text": plain("x" * 76), "value": "v"}]}, False),
        ({"options": [{"text": plain("x"), "value": "v" * 151}]}, False),
        ({"option_groups": [{"label": plain("g" * 76), "options": [ONE]}]}, False),
        ({}, False),
        (None, False),
        ("options", False),
    ],
)
def test_the_options_of_a_search_have_limits_too(answer: Any, *, good: bool) -> None:
    expected = nullcontext() if good else pytest.raises(SlackError, match="invalid_options")
    with expected:
        check_options(answer)


@pytest.mark.parametrize("blocks", ["x", 5, {"type": "divider"}])
def test_blocks_are_a_list(blocks: Any) -> None:
    assert refusal(blocks) is not None


@pytest.mark.parametrize("more", [{"max_files": 11}, {"filetypes": "csv"}, {"filetypes": [""]}])
def test_a_form_takes_a_few_files_of_named_kinds(more: dict[str, Any]) -> None:
    good = field("file_input", filetypes=["csv"], max_files=1)
    check_blocks([good], 100, error="invalid_arguments")
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_blocks([field("file_input", **more)], 100, error="invalid_arguments")
