"""One trace from a request to all that it causes, whoever does it."""

import asyncio

import pytest

from domain import tracing
from domain.tracing import begun, current, traced

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.mark.parametrize(
    "headers",
    [
        {"traceparent": f"00-{TRACE}-{SPAN}-01"},
        {"x-request-id": TRACE},
        {"x-request-id": "4BF92F35-77B3-4DA6-A3CE-929D0E0E4736"},
        {"traceparent": f"00-{TRACE}-{SPAN}-01", "x-request-id": "0" * 32},
    ],
)
def test_a_well_formed_name_of_the_request_is_its_trace(headers: dict[str, str]) -> None:
    assert begun(headers) == TRACE


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-request-id": "17605550101"},
        {"x-request-id": "jane@example.com"},
        {"x-request-id": f"{TRACE}\nforged: line"},
        {"traceparent": f"00-{'0' * 32}-{SPAN}-01"},
        {"traceparent": f"00-{TRACE}-{'0' * 16}-01"},
        {"traceparent": TRACE},
    ],
)
def test_anything_else_begins_a_trace_of_its_own(headers: dict[str, str]) -> None:
    first, second = begun(headers), begun(headers)
    assert tracing.REQUEST_ID.fullmatch(first)
    assert first != second
    assert first != TRACE


async def test_what_is_done_in_threads_and_tasks_belongs_to_the_trace_too() -> None:
    with traced(TRACE):
        beside = asyncio.create_task(asyncio.to_thread(current))
    assert (await beside, current()) == (TRACE, None)


def test_within_another_trace_the_inner_one_counts_and_none_changes_nothing() -> None:
    with traced("outer"):
        with traced("inner"):
            assert current() == "inner"
        with traced(None):
            assert current() == "outer"
    assert current() is None
