"""The opt-out line: who needs it, who has it, and what it must never do to a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.consent.optout import LINE, Past, names, same, tells, worded
from domain.rules.segments import Encoding, measure

NEW, KNOWN = Past(), Past(texted=True, marketed=True)
SETTINGS = ("first", "marketing", "every")
PURPOSES = ("conversation", "informational", "marketing")

TELLING = """
Reply STOP to opt out.
reply stop to opt out
Text STOP to end, HELP for help
Txt STOP 2 quit
Sale! STOP to end
STOP=opt-out
Opt out: STOP
To opt out, reply STOP
To unsubscribe text "STOP" at any time
Respond with the word STOP
Reply to this message with STOP.
Reply with ‘STOP’ to cancel
reply ＳＴＯＰ to opt out
Reply STOPALL to leave
Reply UNSUBSCRIBE to stop
Reply END to opt out
Reply QUIT to stop receiving messages
Msg&data rates may apply. Reply HELP for help, text STOP
Répondez STOP pour vous désabonner
Envoyez ARRÊT au 12345
Textez « ARRET » pour ne plus rien recevoir
STOP pour se désinscrire
Désabonnement: STOP
""".strip().splitlines()

NOT_TELLING = """
Please stop by tomorrow
Please reply. Stop by tomorrow!
Reply, stop by at noon
We have got to STOP this bill
STOP paying rent!
STOP: end of season sale
At the end. STOP asking
Text me, then stop at the store
The bus stop is at the end
Don't stop to end your day early
STOP TO END YOUR LEASE
Reply C to confirm or CANCEL to cancel your visit
Reply stop-gap ideas
Reply YES
Our non-stop service
Arrêtez-vous chez nous
Unsubscribe from cable TV
""".strip().splitlines()


@pytest.mark.parametrize("body", TELLING)
def test_a_text_that_says_how_to_leave_is_left_as_it_is(body: str) -> None:
    """Row: §1.13."""
    assert tells(body)
    assert worded(f"Acme: {body}", "marketing", "every", "Acme", NEW) == f"Acme: {body}"


@pytest.mark.parametrize("body", NOT_TELLING)
def test_the_word_stop_alone_says_nothing_of_leaving(body: str) -> None:
    assert not tells(body)


@pytest.mark.parametrize(
    ("setting", "purpose", "past", "lined"),
    [
        ("marketing", "marketing", KNOWN, True),
        ("marketing", "informational", NEW, False),
        ("marketing", "conversation", NEW, False),
        ("first", "marketing", NEW, True),
        ("first", "marketing", Past(texted=True), True),
        ("first", "marketing", KNOWN, False),
        ("first", "conversation", NEW, True),
        ("first", "conversation", KNOWN, False),
        ("every", "conversation", KNOWN, True),
        ("every", "informational", KNOWN, True),
        ("every", "auto_reply", NEW, False),
        ("every", "help", NEW, False),
        ("every", "optout_confirmation", NEW, False),
    ],
)
def test_the_setting_and_the_past_decide_who_gets_the_line(
    setting: str, purpose: str, past: Past, lined: bool
) -> None:
    """Row: §1.11."""
    said = worded("Acme says hi", purpose, setting, "Acme", past)
    assert said == (f"Acme says hi\n{LINE}" if lined else "Acme says hi")


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_first_marketing_text_says_who_writes_and_how_to_leave(setting: str) -> None:
    """Row: §1.11."""
    first = worded("Half price today", "marketing", setting, "Acme Inc.", NEW)
    assert first == f"Half price today\nAcme Inc.: {LINE}"


def test_of_name_and_way_out_only_what_is_missing_is_added() -> None:
    assert worded("Text STOP to end", "marketing", "first", "Acme", NEW) == "Text STOP to end\nAcme"
    assert worded("ACME sale", "marketing", "first", "Acme, LLC", NEW) == f"ACME sale\n{LINE}"
    assert worded("", "marketing", "first", "Acme", NEW) == f"Acme: {LINE}"


@pytest.mark.parametrize(
    ("body", "business", "named"),
    [
        ("Hi from ACME homes!", "Acme Homes", True),
        ("Cafe Ole: hi", "Café Olé", True),
        ("See acme-homes.example", "Acme Homes", True),
        ("Joes Diner: hi", "Joe's Diner, Inc.", True),
        ("Acmehomes", "Acme Homes", False),
        ("Pacme: hi", "Acme", False),
        ("hello", "", True),
    ],
)
def test_a_business_is_named_by_its_words_in_any_writing(
    body: str, business: str, named: bool
) -> None:
    assert names(body, business) is named


def test_the_name_does_not_make_the_text_cost_double() -> None:
    assert worded("Sale", "marketing", "first", "Škoda’s", NEW).endswith(f"Skoda's: {LINE}")
    assert worded("Sale 🎉", "marketing", "first", "Škoda’s", NEW).endswith(f"Škoda’s: {LINE}")
    assert worded("Sale", "marketing", "first", "東京", NEW).endswith(f"東京: {LINE}")


BODIES = st.text(max_size=60) | st.sampled_from([*TELLING, *NOT_TELLING])
PASTS = st.builds(Past, st.booleans(), st.booleans())


@given(
    BODIES,
    st.sampled_from(PURPOSES),
    st.sampled_from(SETTINGS),
    st.sampled_from(["Acme", "Łódź", "Joe’s Diner, Inc."]),
    PASTS,
)
def test_twice_is_as_once_and_nothing_but_the_end_changes(
    body: str, purpose: str, setting: str, business: str, past: Past
) -> None:
    once = worded(body, purpose, setting, business, past)
    assert worded(once, purpose, setting, business, past) == once
    assert once == body or once.startswith(body.rstrip())
    assert same(once, body, business)
    assert not same(once, f"{body}x", business)
    if purpose == "marketing" and not past.marketed:
        assert tells(once)
        assert names(once, business)


@given(st.text("abcXYZ 0123é@", max_size=300), st.sampled_from(["Acme", "Škoda’s", "Café Olé"]))
def test_plain_letters_stay_plain(body: str, business: str) -> None:
    said = worded(body, "marketing", "every", business, NEW)
    assert measure(said).encoding is Encoding.GSM7
