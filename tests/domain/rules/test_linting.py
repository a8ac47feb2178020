"""The linter finds what carriers dislike, and leaves ordinary words alone."""

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.consent.optout import LINE
from domain.rules.linting import lint
from domain.rules.linting.subjects import LISTS, read

SUBJECTS = {one.code for one in read()}
TOLL_FREE, LOCAL = "+18005550100", "+17605550100"


def codes(body: str, purpose: str = "conversation", sender: str | None = None) -> set[str]:
    """What is found in a text of Acme's."""
    return {one.code for one in lint(body, purpose, "Acme", sender)}


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("SEX", "Hot XXX videos"),
        ("SEX", "adult-entertainment tonight"),
        ("HATE", "white power rally"),
        ("ALCOHOL", "Join us for a glass of wine tasting"),
        ("ALCOHOL", "2-for-1 ＭＡＲＧＡＲＩＴＡＳ at happy hour"),
        ("FIREARMS", "Gun show on Saturday, cheap AR-15s"),
        ("TOBACCO", "new e-cigarettes and vapes"),
        ("CANNABIS", "CBD oil is back"),
        ("CANNABIS", "Happy 420!"),
        ("FINANCE", "Payday loans, no credit check"),
        ("FINANCE", "Buy crypto-currency now"),
        ("GAMBLING", "Casino night: place your bets"),
        ("SWEEPSTAKES", "Congratulations, you’ve won a free gift card"),
        ("PHISHING", "Your account has been suspended, click here to verify your identity"),
        ("LEADS", "Compare quotes from multiple lenders"),
    ],
)
def test_each_subject_is_found(code: str, body: str) -> None:
    """Row: §9.1. Row: §9.2. Row: §9.3."""
    assert codes(body) == {code}


@pytest.mark.parametrize(
    "body",
    [
        "Scunthorpe, Essex and Middlesex offices",
        "We can sell your house fast",
        "Your appointment slot is at 4:20",
        "Room 420 is free",
        "Root beer and alcohol-free punch",
        "The bus stop is near Winegarden Street",
        "Hot glue gun workshop, weed control for your lawn",
        "Same-sex couples welcome",
        "We won the case, you bet!",
        "Ship it by Gunther and Sons",
        "Your shots are ready at the clinic; bring your pin",
        "Assassin Creek tours begin, grass seed class",
        "Happy payday!",
        "Rumor has it: Gunsmoke on Rumford Ave",
        "{wine} is a variable",
    ],
)
def test_ordinary_words_are_no_hits(body: str) -> None:
    assert not codes(body) & SUBJECTS


def test_debt_collection_matters_from_toll_free_numbers_alone() -> None:
    """Row: §9.2."""
    body = "This is an attempt to collect a debt"
    assert codes(body, sender=TOLL_FREE) == {"COLLECTION"}
    assert codes(body, sender=LOCAL) == codes(body) == set()


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("LINKS", "Acme: acme.com or https://acme.example/x"),
        ("SHORTENER", "Acme: bit.ly/abc"),
        ("SHORTENER", "Acme: see https://www.TinyURL.com/abc."),
        ("SHARED_DOMAIN", "Acme: https://acme.github.io/sale"),
        ("DISGUISED_LINK", "Acme: http://192.0.2.7/pay"),
        ("DISGUISED_LINK", "Acme: https://xn--pypal-4ve.com/pay"),
        ("CAPITALS", "Acme: HUGE SALE TODAY, come in"),
        ("UNICODE", "Acme: " + "x" * 100 + " it’s"),
        ("LONG", "Acme: " + "x" * 460),
    ],
)
def test_each_fault_of_form_is_found(code: str, body: str) -> None:
    """Row: §9.4. Row: §1.11."""
    assert codes(f"{body}\n{LINE}", "marketing") == {code}


@pytest.mark.parametrize(
    "body",
    [
        "Sale ends today.Reply soon",
        "Write to ann@acme.com or ann@bit.ly",
        "See acme.com/bit.ly",
        "FBI, CIA and NSA",
        "BYOB: {FIRST_NAME} {LAST_NAME} {STREET}",
        "Hi 🎉",
        "notbit.ly",
    ],
)
def test_good_form_is_left_alone(body: str) -> None:
    assert not codes(body) & {"LINKS", "SHORTENER", "CAPITALS", "UNICODE"}


@pytest.mark.parametrize(
    ("purpose", "found"),
    [
        ("marketing", {"NO_BRAND", "NO_OPT_OUT"}),
        ("informational", {"NO_BRAND"}),
        ("conversation", set()),
    ],
)
def test_who_writes_and_how_to_leave_are_asked_of_programs(purpose: str, found: set[str]) -> None:
    """Row: §9.4."""
    assert codes("Half price", purpose) == found
    assert codes(f"Acme: half price. {LINE}", purpose) == set()


def test_a_sender_that_cannot_be_answered_needs_another_way_out() -> None:
    """Row: §1.6."""
    assert codes(f"Acme sale. {LINE}", "marketing", "ACME") == {"NO_WAY_OUT"}
    assert codes("Acme sale. Opt out: acme.com/bye", "marketing", "ACME") == set()
    assert codes("Acme sale. Call 760 555 0100", "marketing", "ACME") == {"NO_WAY_OUT"}
    assert codes("To opt out of these call 760-555-0100. Acme", "marketing", "ACME") == set()
    assert codes(f"Acme. {LINE}", "marketing", "MG" + "0" * 32) == set()


def test_a_concern_says_what_was_found_and_what_to_do() -> None:
    told = lint("Beer, wine, rum and vodka", "conversation", "Acme")[0].message
    assert "“beer”, “wine”, “rum”" in told
    assert "vodka" not in told
    assert "age" in told


def test_the_lists_bear_a_version_and_read_as_patterns() -> None:
    assert tomllib.loads(LISTS.read_text())["version"]
    assert len(SUBJECTS) == len(read()) == 12
    for subject in read():
        for word in (*subject.words, *subject.unless):
            re.compile(word)
            assert word == word.casefold()


WORDS = [
    (one.code, word) for one in read() for word in one.words if word.isalpha() and not one.toll_free
]


@given(st.sampled_from(WORDS), st.sampled_from("abcxyz0123é"))
def test_a_word_counts_whole_in_any_case_and_never_inside_another(
    word: tuple[str, str], letter: str
) -> None:
    code, said = word
    assert code in codes(f"Now: {said.upper()}!")
    assert code not in codes(f"{letter}q{said}q{letter}")


@given(st.text(max_size=200), st.sampled_from(["marketing", "conversation"]), st.text(max_size=9))
def test_anything_can_be_judged_and_case_and_width_do_not_matter(
    body: str, purpose: str, business: str
) -> None:
    told = lint(body, purpose, business, None)
    assert len({one.message for one in told}) == len(told)
    assert all(one.code.isupper() for one in told)
