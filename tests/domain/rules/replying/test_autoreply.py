"""One rule answers a text, and it is always the same one, however the rules are listed."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.consent.keywords import bare
from domain.rules.replying.autoreply import Match, Rule, choose, found, resting
from tests.clock import NOON

WORDS = st.sampled_from(["price", "hours", "the", "tour", "oficina", "été"])
TEXTS = st.lists(WORDS, max_size=5).map(" ".join)
RULES = st.builds(
    Rule,
    id=st.uuids().map(str),
    name=st.just("x"),
    keywords=st.lists(TEXTS.filter(bool), min_size=1, max_size=3).map(tuple),
    match=st.sampled_from(Match),
    body=st.just("Hi"),
    priority=st.integers(-2, 2),
    created_at=st.integers(0, 3).map(lambda days: NOON + timedelta(days=days)),
    during_hours=st.sampled_from([None, True, False]),
)
FEW = settings(max_examples=50)


def rule(*keywords: str, match: Match = Match.EXACT, priority: int = 0, age: int = 0) -> Rule:
    """A rule of that many days ago."""
    made = NOON - timedelta(days=age)
    return Rule(f"{keywords}{match}{age}", "x", keywords, match, "Hi", priority, made)


@pytest.mark.parametrize(
    ("keyword", "match", "text", "answers"),
    [
        ("hours", Match.EXACT, "  HOURS?! ", True),
        ("hours", Match.EXACT, "your hours", False),
        ("Café", Match.EXACT, "cafe", True),
        ("what's up", Match.EXACT, "Whats up", True),
        ("price", Match.CONTAINS, "What is the PRICE?", True),
        ("price", Match.CONTAINS, "I am surprised", False),
        ("price", Match.CONTAINS, "prices", False),
        ("open house", Match.CONTAINS, "Is there an open-house today", True),
        ("open house", Match.CONTAINS, "open the house", False),
        ("tour", Match.STARTS_WITH, "Tour on Friday?", True),
        ("tour", Match.STARTS_WITH, "tourist", False),
        ("tour", Match.STARTS_WITH, "a tour", False),
        ("tour", Match.STARTS_WITH, "tour", True),
        ("营业时间", Match.CONTAINS, "请问营业时间是几点", True),
        ("营业时间", Match.STARTS_WITH, "请问营业时间", False),
        ("营业", Match.EXACT, "营业时间", False),
        ("🙂", Match.CONTAINS, "🙂", False),
        ("hours", Match.CONTAINS, "", False),
    ],
)
def test_words_are_compared_whole_and_bare(
    keyword: str, match: Match, text: str, answers: bool
) -> None:
    assert (choose([rule(keyword, match=match)], text, opened=True) is not None) is answers


def test_priority_goes_before_exactness_and_exactness_before_age() -> None:
    loose = rule("hours", match=Match.CONTAINS, age=9)
    begins = rule("hours", match=Match.STARTS_WITH, age=8)
    exact, older = rule("hours"), rule("hours", age=1)
    first = rule("the", match=Match.CONTAINS, priority=1)
    assert choose([loose, begins, exact], "Hours", opened=True) == exact
    assert choose([loose, begins, exact, older], "Hours", opened=True) == older
    assert choose([loose, begins], "Hours", opened=True) == begins
    assert choose([loose, begins, first], "hours of the shop", opened=True) == first


def test_of_two_that_contain_it_the_longer_keyword_is_meant() -> None:
    short = rule("open", match=Match.CONTAINS, age=5)
    long = rule("open house", "x", match=Match.CONTAINS)
    assert choose([short, long], "when is the open house", opened=True) == long


def test_a_rule_of_other_hours_rests() -> None:
    night = replace(rule("hours"), during_hours=False)
    assert choose([night], "hours", opened=True) is None
    assert resting([night], "hours", opened=True) == night
    assert choose([night], "hours", opened=False) == night
    assert resting([night], "hours", opened=False) is None


@FEW
@given(st.lists(RULES, max_size=6), TEXTS, st.booleans(), st.randoms())
def test_the_order_of_the_rules_does_not_matter(
    rules: list[Rule], text: str, opened: bool, chance: Random
) -> None:
    shuffled = [*rules]
    chance.shuffle(shuffled)
    assert choose(rules, text, opened) == choose(shuffled, text, opened)


@FEW
@given(st.lists(RULES, max_size=6), TEXTS, st.booleans())
def test_who_answers_knows_the_text_and_nobody_goes_before_them(
    rules: list[Rule], text: str, opened: bool
) -> None:
    able = [one for one in rules if one.hears(opened) and found(one, bare(text))]
    chosen = choose(rules, text, opened)
    assert (chosen is None) == (not able)
    if chosen:
        assert chosen in able
        assert chosen.priority == max(one.priority for one in able)


@FEW
@given(RULES, TEXTS, st.booleans())
def test_a_rule_either_answers_or_rests_or_does_not_know_the_text(
    one: Rule, text: str, opened: bool
) -> None:
    known = found(one, bare(text)) is not None
    told = [ask([one], text, opened) for ask in (choose, resting)]
    assert [bool(said) for said in told].count(True) == known


@FEW
@given(RULES, TEXTS)
def test_looser_matches_know_whatever_stricter_ones_know(one: Rule, text: str) -> None:
    kinds = [found(replace(one, match=kind), bare(text)) is not None for kind in Match]
    assert kinds == sorted(kinds)
