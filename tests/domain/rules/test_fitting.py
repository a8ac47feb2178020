"""How small pictures must become, and what is tried to get there."""

from hypothesis import given
from hypothesis import strategies as st

from domain.rules.fitting import (
    LONGEST_SIDES,
    MOST_PICTURE,
    MOST_TOGETHER,
    QUALITIES,
    Try,
    room,
    too_many_pixels,
    tries,
    within,
)

sides = st.integers(1, 20_000)


@given(st.integers(0, 100))
def test_all_files_of_a_text_fit_together(count: int) -> None:
    assert 0 < room(count) <= MOST_PICTURE
    assert room(count) * count <= MOST_TOGETHER


def test_one_picture_has_more_room_than_each_of_ten() -> None:
    assert (room(1), room(2), room(10)) == (600_000, 500_000, 100_000)


@given(sides, sides, st.sampled_from(LONGEST_SIDES))
def test_a_picture_only_ever_becomes_smaller(width: int, height: int, longest: int) -> None:
    new_width, new_height = within(width, height, longest)
    assert 1 <= new_width <= width
    assert 1 <= new_height <= height
    assert max(new_width, new_height) <= longest or (new_width, new_height) == (width, height)


@given(st.integers(100, 20_000), st.integers(100, 20_000))
def test_its_proportions_stay(width: int, height: int) -> None:
    new_width, new_height = within(width, height, 1_600)
    slack = 0.5 * (1 / new_width + 1 / new_height) + 1e-9
    assert abs(new_width / width - new_height / height) <= slack * max(
        1, 1_600 / min(width, height)
    )


@given(sides, sides)
def test_the_best_is_tried_first_and_nothing_twice(width: int, height: int) -> None:
    found = list(tries(width, height))
    assert found[0] == Try(*within(width, height, LONGEST_SIDES[0]), QUALITIES[0])
    assert len(found) == len(set(found))
    pixels = [one.width * one.height for one in found]
    assert pixels == sorted(pixels, reverse=True)


@given(sides, sides)
def test_in_the_end_it_is_tried_small(width: int, height: int) -> None:
    *_, last = tries(width, height)
    assert max(last.width, last.height) <= LONGEST_SIDES[-1]
    assert last.quality == QUALITIES[-1]


def test_a_small_picture_is_not_tried_in_sizes_that_it_never_had() -> None:
    assert {(one.width, one.height) for one in tries(300, 200)} == {(300, 200)}


def test_what_can_be_unpacked_small_may_have_more_pixels() -> None:
    assert not too_many_pixels(8_064, 6_048, shrinks=True)
    assert too_many_pixels(8_064, 6_048, shrinks=False)
    assert too_many_pixels(12_000, 16_000, shrinks=True)
