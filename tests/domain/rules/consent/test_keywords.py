"""A keyword is the whole message; a phrase asks a person; ordinary talk is neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.consent.keywords import (
    CARRIERS,
    HELP_WORDS,
    START_WORDS,
    STOP_WORDS,
    Keyword,
    Own,
    carrier_answers,
    language,
    phrase,
    read,
)

MONTREAL, BERLIN, CARLSBAD = "+15145550123", "+491701234567", "+17605550111"
OWN = Own(
    stop={"DE": ("Stopp", "Keine SMS mehr"), "US": ("HALT",)},
    start={"DE": ("weiter", "stopp")},
    help={"DE": ("Hilfe",)},
    join=("JOIN", "Open House"),
)

ENGLISH = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]
FRENCH = ["ARRET", "ARRETE", "ARRETT", "ARRÊT", "Arrêté"]
STOPS = ENGLISH + FRENCH
ORDINARY = [
    "we have got to STOP this bill",
    "stop by tomorrow",
    "can you stop at the store",
    "the end",
    "Please stop by the office",
    "I'll stop in at 5",
    "yes please",
    "Start at 9?",
    "help me find a house",
    "more info on the condo please",
    "endless summer",
    "don't stop",
    "I can't stop texting you lol",
    "Is the first one from your list still free?",
    "don't text and drive",
    "do not send it to the bank",
    "I don't want to miss your text",
    "",
    " ",
]


@pytest.mark.parametrize("word", STOPS)
def test_every_word_of_leaving_is_stop(word: str) -> None:
    """Row: §4.1"""
    assert read(word, MONTREAL) is Keyword.STOP
    assert read(word.lower(), MONTREAL) is read(word.title(), MONTREAL) is Keyword.STOP


@pytest.mark.parametrize("word", [*ENGLISH, "ARRET", "ARRETE"])
def test_what_the_carrier_blocks_for_is_stop_from_everywhere(word: str) -> None:
    """Row: §1.2"""
    assert {read(word, sender) for sender in ("", CARLSBAD, BERLIN, "72345")} == {Keyword.STOP}


@pytest.mark.parametrize("word", ["ARRETT", "Arrêtez", "AIDE"])
def test_french_counts_in_canada(word: str) -> None:
    """Row: §4.2 Row: §1.13"""
    assert read(word, MONTREAL)
    assert read(word, CARLSBAD) is read(word, "+33612345678") is None


def test_french_for_leaving_that_does_not_count_asks_a_person() -> None:
    assert phrase("Arrêtez")


@pytest.mark.parametrize(
    ("body", "sender", "keyword"),
    [
        ("STOPP", BERLIN, Keyword.STOP),
        ("“keine sms mehr!”", BERLIN, Keyword.STOP),
        ("Weiter", BERLIN, Keyword.START),
        ("hilfe?", BERLIN, Keyword.HELP),
        ("STOP", BERLIN, Keyword.STOP),
        ("STOPP", CARLSBAD, None),
        ("STOPP", "72345", None),
        ("halt", CARLSBAD, Keyword.STOP),
        ("halt", MONTREAL, None),
        ("join", CARLSBAD, Keyword.JOIN),
        ("Open  house!", BERLIN, Keyword.JOIN),
        ("the open house", CARLSBAD, None),
        ("!!", CARLSBAD, None),
    ],
)
def test_the_owners_words_count_for_numbers_of_their_country(
    body: str, sender: str, keyword: Keyword | None
) -> None:
    """Row: §4.5"""
    assert read(body, sender, OWN) is keyword


def test_no_word_of_the_owners_takes_leaving_away() -> None:
    own = Own(start={"US": ("stop",)}, join=("STOP", "unsubscribe", "yes"))
    assert read("STOP", CARLSBAD, own) is read("unsubscribe", CARLSBAD, own) is Keyword.STOP
    assert read("yes", CARLSBAD, own) is Keyword.YES


def test_twilio_acts_on_single_words_alone() -> None:
    """Row: §4.6"""
    assert carrier_answers(" stop\n")
    assert carrier_answers("Info")
    assert not any(map(carrier_answers, ["STOP.", "opt out", "please stop", "ARRÊT", "aide", ""]))


def test_what_twilio_acts_on_means_the_same_to_us() -> None:
    """Row: §5.1"""
    for keyword, words in CARRIERS.items():
        meanings = {read(word, CARLSBAD) for word in words}
        assert meanings <= {keyword, *([Keyword.YES] if keyword is Keyword.START else [])}


def test_a_keyword_tells_its_language() -> None:
    """Row: §1.13"""
    assert [language(body) for body in ("Arrêt", "AIDE", "stop", "stopp")] == [
        "fr",
        "fr",
        "en",
        "en",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "Stop.",
        " stop\n",
        "\tSTOP\r\n",
        "“STOP”",
        '"stop"',
        "'stop'",
        "*stop*",
        "Stop!!!",
        "STOP 🛑",
        "s t o p",
        "S.T.O.P.",
        "ST\u200bOP",
        "ST\u00adOP",
        "stop pls",
        "(stop)",
        "ＳＴＯＰ",
        "\u200bstop",
        "stop\u00a0",
        "OPT OUT",
        "opt-out",
        "Opt  \n out",
        "OPT–OUT",
        "STOP ALL",
        "Stop, please",
        "please STOP.",
        "ARRE\u0302T",
        "Arrêtez",
    ],
)
def test_dress_does_not_hide_a_stop(body: str) -> None:
    assert read(body, MONTREAL) is Keyword.STOP


@pytest.mark.parametrize(
    ("body", "keyword"),
    [
        ("START", Keyword.START),
        ("unstop", Keyword.START),
        ("Start!", Keyword.START),
        ("HELP", Keyword.HELP),
        ("info?", Keyword.HELP),
        ("Aide", Keyword.HELP),
        ("Yes", Keyword.YES),
        ("YES!", Keyword.YES),
    ],
)
def test_the_words_of_return_and_help_are_known(body: str, keyword: Keyword) -> None:
    """Row: §4.3 Row: §4.4"""
    assert read(body, MONTREAL) is keyword


@pytest.mark.parametrize("body", ORDINARY)
def test_ordinary_talk_is_neither_keyword_nor_phrase(body: str) -> None:
    assert read(body) is None
    assert not phrase(body)


@pytest.mark.parametrize(
    "body",
    [
        "remove me",
        "Please remove me from your list!",
        "take me off",
        "take my number off this list",
        "stop texting",
        "Please stop texting me",
        "quit messaging this number",
        "do not text",
        "Do NOT contact me again",
        "don't text me",
        "Don’t text here anymore",
        "dont message me ever",
        "do not call anymore",
        "no more texts",
        "No more messages please",
        "leave me alone",
        "wrong number",
        "Sorry, you have the wrong number.",
        "lose my number",
        "unsubscribe me",
        "how do I unsubscribe from this?",
        "opt me out of this",
        "I want to opt out",
        "stop sending me these",
        "stop the texts",
        "I no longer wish to receive messages",
        "I don't want any more texts",
        "I revoke my consent",
        "Arrêtez de m'envoyer des messages",
        "arrêtez de m’écrire",
        "ne m'écrivez plus",
        "mauvais numéro",
        "Désabonnez-moi",
        "STOP\n\nSent from my iPhone",
    ],
)
def test_a_phrase_of_leaving_asks_a_person_and_is_no_keyword(body: str) -> None:
    assert phrase(body)
    assert read(body) is None


def test_a_keyword_needs_no_person() -> None:
    assert not phrase("Unsubscribe")
    assert not phrase("opt out")


def test_no_word_means_two_things() -> None:
    families = [STOP_WORDS, START_WORDS, HELP_WORDS]
    words = [word for family in families for language in family.values() for word in language]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("family", [STOP_WORDS, START_WORDS, HELP_WORDS])
def test_every_listed_word_is_written_as_a_message_is_read(
    family: dict[str, frozenset[str]],
) -> None:
    assert all(read(word.upper(), MONTREAL) for words in family.values() for word in words)


@given(st.sampled_from(STOPS), st.text(" \t\n.!?\"'“”*()-—…🛑", max_size=8))
def test_no_punctuation_around_a_stop_hides_it(word: str, around: str) -> None:
    assert read(around + word + around, MONTREAL) is Keyword.STOP


@given(st.text())
def test_any_text_can_be_read(body: str) -> None:
    assert read(body) is None or not phrase(body)


@given(st.sampled_from(STOPS), st.sampled_from(["by", "at", "bill", "tomorrow", "my", "it"]))
def test_a_stop_word_inside_a_sentence_is_no_keyword(word: str, other: str) -> None:
    assert read(f"{word} {other}", MONTREAL) is read(f"{other} {word}", MONTREAL) is None
