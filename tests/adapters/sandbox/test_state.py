"""What a person puts into a form, in Slack's words."""

from typing import Any

import pytest

from adapters.sandbox.slack.state import answered, elements, filled, missing, remaining


def text(words: str) -> dict[str, str]:
    return {"type": "plain_text", "text": words}


def option(value: str) -> dict[str, Any]:
    return {"text": text(value.title()), "value": value}


def field(element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "block_id": "b", "label": text("L"), "element": element, **more}


def element(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "action_id": "a", **more}


OPTIONS = {"options": [option("one"), option("two")]}
CASES: list[tuple[dict[str, Any], Any, dict[str, Any]]] = [
    (element("plain_text_input"), "x", {"value": "x"}),
    (element("plain_text_input"), None, {"value": None}),
    (element("number_input"), 5, {"value": "5"}),
    (element("file_input"), [{"id": "F1"}], {"files": [{"id": "F1"}]}),
    (element("file_input"), None, {"files": []}),
    (element("email_text_input"), "a@b.example", {"value": "a@b.example"}),
    (element("datepicker"), "2026-11-22", {"selected_date": "2026-11-22"}),
    (element("timepicker"), "08:00", {"selected_time": "08:00"}),
    (element("datetimepicker"), 1_795_000_000, {"selected_date_time": 1_795_000_000}),
    (element("users_select"), "U0DANA", {"selected_user": "U0DANA"}),
    (element("multi_users_select"), ["U0DANA"], {"selected_users": ["U0DANA"]}),
    (element("conversations_select"), "C1", {"selected_conversation": "C1"}),
    (element("static_select", **OPTIONS), "one", {"selected_option": option("one")}),
    (element("static_select", **OPTIONS), "Two", {"selected_option": option("two")}),
    (element("static_select", **OPTIONS), None, {"selected_option": None}),
    (element("radio_buttons", **OPTIONS), "two", {"selected_option": option("two")}),
    (element("checkboxes", **OPTIONS), ["two"], {"selected_options": [option("two")]}),
    (element("checkboxes", **OPTIONS), "two", {"selected_options": [option("two")]}),
    (element("checkboxes", **OPTIONS), None, {"selected_options": []}),
    (element("external_select"), option("c1"), {"selected_option": option("c1")}),
    (element("external_select"), "c1", {"selected_option": {**option("c1"), "text": text("c1")}}),
]


@pytest.mark.parametrize(("one", "value", "state"), CASES, ids=range(len(CASES)))
def test_a_value_becomes_slacks_state(
    one: dict[str, Any], value: Any, state: dict[str, Any]
) -> None:
    assert answered(one, value) == {"type": one["type"], **state}


def test_options_may_stand_in_groups() -> None:
    grouped = element("static_select", option_groups=[{"label": text("G"), **OPTIONS}])
    assert answered(grouped, "two")["selected_option"] == option("two")


def test_a_field_is_found_by_its_block_or_its_action() -> None:
    blocks = [field(element("plain_text_input"))]
    expected = {"b": {"a": {"type": "plain_text_input", "value": "x"}}}
    assert filled(blocks, {"b": "x"}) == expected
    assert filled(blocks, {"a": "x"}) == expected
    assert filled(blocks, expected) == expected


@pytest.mark.parametrize(
    ("one", "state"),
    [
        (element("plain_text_input", initial_value="x"), {"value": "x"}),
        (element("datepicker", initial_date="2026-01-01"), {"selected_date": "2026-01-01"}),
        (
            element("static_select", **OPTIONS, initial_option=option("two")),
            {"selected_option": option("two")},
        ),
        (
            element("checkboxes", **OPTIONS, initial_options=[option("one")]),
            {"selected_options": [option("one")]},
        ),
    ],
)
def test_what_was_there_at_first_stays(one: dict[str, Any], state: dict[str, Any]) -> None:
    assert filled([field(one)], {})["b"]["a"] == {"type": one["type"], **state}


@pytest.mark.parametrize(
    ("block", "given", "wrong"),
    [
        (field(element("plain_text_input")), {}, ["b"]),
        (field(element("plain_text_input")), {"b": ""}, ["b"]),
        (field(element("plain_text_input")), {"b": "x"}, []),
        (field(element("plain_text_input"), optional=True), {}, []),
        (field(element("checkboxes", **OPTIONS)), {"b": []}, ["b"]),
        (field(element("checkboxes", **OPTIONS)), {"b": ["one"]}, []),
        (field(element("static_select", **OPTIONS)), {}, ["b"]),
    ],
)
def test_required_fields_are_missed(
    block: dict[str, Any], given: dict[str, Any], wrong: list[str]
) -> None:
    assert list(missing([block], filled([block], given))) == wrong


@pytest.mark.parametrize(
    ("one", "typed", "complaint"),
    [
        (element("plain_text_input", min_length=3), "ab", "Please use at least 3 characters."),
        (element("plain_text_input", max_length=3), "abcd", "Please use at most 3 characters."),
        (element("email_text_input"), "nobody", "Please enter a valid email address."),
        (element("number_input"), "ten", "Please enter a valid number."),
        (element("plain_text_input", min_length=3), "abc", None),
        (element("email_text_input"), "a@b.example", None),
        (element("number_input"), "-1.5", None),
    ],
)
def test_fields_filled_wrongly_are_told(
    one: dict[str, Any], typed: str, complaint: str | None
) -> None:
    blocks = [field(one, optional=True)]
    assert missing(blocks, filled(blocks, {"b": typed})).get("b") == complaint


def test_what_is_known_stays_unless_it_is_given_or_no_longer_possible() -> None:
    menu = field(element("static_select", **OPTIONS))
    known = filled([menu], {"b": "two"})
    assert filled([menu], {}, known) == known
    assert filled([menu], {"b": "one"}, known)["b"]["a"]["selected_option"] == option("one")
    narrow = field(element("static_select", options=[option("one")]))
    assert filled([narrow], {}, known)["b"]["a"]["selected_option"] is None
    other = field(element("plain_text_input"))
    assert remaining([other], known) == {}


def test_elements_are_found_wherever_they_stand() -> None:
    blocks: list[Any] = [
        {"type": "section", "text": text("x"), "accessory": element("button")},
        {"type": "actions", "elements": [element("button"), element("overflow")]},
        {"type": "context", "elements": [text("x")]},
        field(element("datepicker")),
    ]
    kinds = [(block["block_id"], one["type"]) for block, one in elements(blocks)]
    assert kinds == [
        ("block-0", "button"),
        ("block-1", "button"),
        ("block-1", "overflow"),
        ("b", "datepicker"),
    ]


def test_buttons_hold_no_state() -> None:
    blocks = [{"type": "actions", "elements": [element("button")]}]
    assert filled(blocks, {"a": "x"}) == {}
