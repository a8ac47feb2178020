"""Files and functions stay as small as the best trees keep them."""

from statistics import median, quantiles

import pytest

from tests.house.tree import check_files, functions, length, lines, place, source_files

RATIO = 1.0
ALL = [*source_files(), *check_files()]


def ninetieth(values: list[int]) -> float:
    return quantiles(values, n=10)[-1]


@pytest.fixture(scope="module")
def file_sizes() -> list[int]:
    """Lines of the source files that say anything: a room's empty door counts for nothing."""
    return [size for size in map(lines, source_files()) if size > 1]


@pytest.fixture(scope="module")
def function_sizes() -> list[int]:
    """Lines of the source's functions."""
    return [length(one) for path in source_files() for one in functions(path)]


def test_no_file_is_longer_than_400_lines() -> None:
    assert [place(path) for path in ALL if lines(path) > 400] == []


def test_no_function_is_longer_than_60_lines() -> None:
    found = [(path, one) for path in ALL for one in functions(path) if length(one) > 60]
    assert [place(path, one.lineno) for path, one in found] == []


def test_half_of_the_files_have_at_most_90_lines(file_sizes: list[int]) -> None:
    assert median(file_sizes) <= 90


def test_nine_files_of_ten_have_at_most_250_lines(file_sizes: list[int]) -> None:
    assert ninetieth(file_sizes) <= 250


def test_half_of_the_functions_have_at_most_8_lines(function_sizes: list[int]) -> None:
    assert median(function_sizes) <= 8


def test_nine_functions_of_ten_have_at_most_30_lines(function_sizes: list[int]) -> None:
    assert ninetieth(function_sizes) <= 30


def test_there_is_more_test_than_source() -> None:
    source, tests = sum(map(lines, source_files())), sum(map(lines, check_files()))
    assert tests / source >= RATIO, f"{tests} lines of tests for {source} of source"
