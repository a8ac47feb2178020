"""What a form remembers, whatever comes back: words, or a plain refusal."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import blocked, memory
from domain.errors import InvalidInput
from domain.services.desk.agreements import Known
from tests.clock import NOON

PHONE = "+17605550111"
WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=9,
)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - its bounds are naive by rule
NESTED = ("[" * 100_000, '{"a":' * 100_000, '{"blocks": ' + "[" * 100_000)


def body(metadata: str) -> dict[str, Any]:
    return {"view": {"private_metadata": metadata}}


@given(WORDS, WORDS)
def test_words_come_back_as_they_were_kept(thread: str, channel: str) -> None:
    kept = memory.kept(thread=thread, channel=channel, ts="")
    assert memory.recalled(body(kept)) == {"thread": thread, "channel": channel}


@given(JSON)
def test_anything_else_is_words_all_the_same(found: Any) -> None:
    told = memory.recalled(body(json.dumps(found)))
    assert all(isinstance(word, str) for word in told.values())
    assert all(word.encode() is not None for word in told.values())


@pytest.mark.parametrize("metadata", ["", "66f0c0ffee66f0c0ffee66f0", "{", "[]", "7" * 5_000])
def test_what_another_form_keeps_is_no_words(metadata: str) -> None:
    assert memory.recalled(body(metadata)) == {}


@pytest.mark.parametrize("metadata", NESTED)
def test_what_is_nested_too_deeply_is_refused_in_words(metadata: str) -> None:
    for read in (memory.recalled, blocked.recalled):
        with pytest.raises(InvalidInput) as refused:
            read(body(metadata))
        assert refused.value.message == memory.UNREADABLE
    with pytest.raises(InvalidInput):
        memory.read(metadata)


@given(st.dictionaries(WORDS, st.none() | MOMENTS, max_size=20))
def test_blocks_come_back_as_they_were_seen(seen: dict[str, datetime | None]) -> None:
    kept = memory.kept(blocks=blocked.kept(Known(PHONE, blocked=True, blocks=seen)))
    assert blocked.recalled(body(kept)) == seen


def test_the_blocks_of_twenty_numbers_fit_what_slack_keeps() -> None:
    moment = NOON.replace(microsecond=123_000)
    seen = {f"+9999999999999{number}": moment for number in range(10, 60)}
    told = blocked.kept(Known(PHONE, blocked=True, blocks=seen))
    assert len(memory.kept(phone=PHONE, about=PHONE, wording="v1", blocks=told)) <= 3_000
    assert len(json.loads(told)) >= 20


def test_a_form_that_says_nothing_of_blocks_was_opened_for_none() -> None:
    assert blocked.recalled(body(memory.kept(phone=PHONE))) == {}
    assert blocked.kept(Known(PHONE)) == ""


@pytest.mark.parametrize(
    "told", ["x", "[]", "7", f'{{"{PHONE}": 7}}', f'{{"{PHONE}": "2026-03-04"}}', '{"a": null}']
)
def test_blocks_that_cannot_be_read_are_refused_in_words(told: str) -> None:
    with pytest.raises(InvalidInput, match=memory.UNREADABLE):
        blocked.recalled(body(memory.kept(blocks=told)))
