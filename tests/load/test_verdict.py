"""The load's verdict bites: each thing that may not be is seen."""

from collections.abc import Sequence
from typing import Any, cast

import pytest

from tests.bench.crowded import CALL, Raw
from tests.bench.feed import body
from tests.bench.relay import POST
from tests.load.__main__ import asked
from tests.load.audience import Ear
from tests.load.plan import Load
from tests.load.town import Town
from tests.load.traffic import ANSWERS, Traffic
from tests.load.verdict import Evidence, Verdict, delays

LOAD = Load(seconds=10, steady=0.2, every=20, recipients=1)


def posted(number: int, at: float = 1.0) -> Raw:
    return {"method": POST, "at": at, "args": {"text": body(number)}}


def sent(words: str, to: str = "+17605550101") -> Raw:
    return {"method": CALL, "at": 2.0, "args": {"body": words, "to": to}}


FINE = [posted(0), posted(1), sent(body(ANSWERS)), sent("Hi P0!")]


def judged(lines: Sequence[Raw] = FINE, *heard: list[int]) -> list[str]:
    """Two texts and an answer, one recipient; both ears heard both unless told otherwise."""
    traffic = Traffic(LOAD, cast(Town, None), sent={0: 0.5, 1: 0.5}, taken={0: 0.1, 1: 0.1})
    traffic.answered[ANSWERS] = 1.0
    ears = [Ear(list(numbers)) for numbers in heard or ([0, 1], [0, 1])]
    return list(Verdict(traffic, Evidence(lines), ears).complaints())


def test_all_as_it_should_be_is_no_complaint() -> None:
    assert judged() == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (FINE[1:], "1 texts in Slack are missing, such as 0"),
        ([*FINE, posted(1)], "1 texts in Slack are there twice, such as 1"),
        ([*FINE[:2], FINE[3]], f"1 answers are missing, such as {ANSWERS}"),
        ([*FINE, sent(body(ANSWERS))], f"1 answers are there twice, such as {ANSWERS}"),
        (FINE[:3], "1 recipients got nothing, such as 0"),
        ([*FINE, sent("Hi P0!")], "1 were texted twice, such as +17605550101"),
    ],
)
def test_what_is_lost_or_doubled_outside_is_seen(lines: list[Raw], said: str) -> None:
    assert judged(lines) == [said]


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        (([0], [0]), ["1 texts were not heard of, such as 1"]),
        (([0, 1, 1], [0, 1, 1]), ["1 texts were heard of twice, such as 1"]),
        (([0, 1], [1, 0]), ["2 different orders were heard by 2 subscribers"]),
    ],
)
def test_what_subscribers_miss_is_seen(heard: Any, said: list[str]) -> None:
    assert judged(FINE, *heard) == said


def test_a_text_that_was_never_acknowledged_is_seen() -> None:
    traffic = Traffic(LOAD, cast(Town, None), sent={0: 0.5})
    seen = Evidence([sent("Hi P0!")])
    wrong = list(Verdict(traffic, seen, [Ear()]).complaints())
    assert wrong == ["1 texts were never acknowledged, such as 0"]


def test_delays_are_taken_from_each_ones_own_beginning() -> None:
    assert delays({1: 0.5, 2: 1.0}, [(2, 4.0), (1, 1.0), (9, 9.0)]) == [3.0, 0.5]


def test_a_plan_has_its_bursts_and_a_pace_that_ends_with_it() -> None:
    load = Load(seconds=10, steady=1, burst=3, every=4, recipients=20)
    assert (len(load.texts), load.texts.count(4.0)) == (16, 4)
    assert load.texts == sorted(load.texts)
    assert load.per_minute == 120


def test_sizes_are_given_by_name_and_nothing_else_is_taken() -> None:
    assert asked(["seconds=5", "steady=0.5"]) == Load(seconds=5, steady=0.5)
    for wrong in ("minutes=5", "seconds=many", "seconds"):
        with pytest.raises(SystemExit, match="sizes are given as seconds=60"):
            asked([wrong])
