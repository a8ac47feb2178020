"""Each rule of the law that asks something of us has a test that names it, as `Row: §1.2`.

The numbers are those of the fact sheet on compliance that the project is built by.
"""

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT

NAMED = re.compile(r"§(\d+(?:\.\w+)?)")
LINE = re.compile(r"Rows?: ((?:§[\w.]+(?:, | and )?)+)")

RULES = {
    "1.1": "hours are asked for when a text leaves, where its reader is; else it waits",
    "1.2": "any plain wording takes consent back: words, phrases, entries by hand",
    "1.3": "at once, also for what is queued, held or scheduled",
    "1.4": "one confirmation, within five minutes, without marketing",
    "1.5": "the scope of an opt-out is data, and all of it unless they say otherwise",
    "1.6": "a sender who cannot be answered needs another way out in its text",
    "1.7": "levels of consent, and which class of text needs which",
    "1.8": "a do-not-call flag, a business relationship that ends, lists that are read in",
    "1.10": "reassigned numbers are looked up from the last sign of their owner",
    "1.11": "who joins is told the programme, how often, HELP and STOP",
    "1.12": "HELP names the business and a contact",
    "1.13": "Canada: French words; each commercial text says who and how to leave",
    "3.1": "the whole number is looked up, never the area code",
    "3.2": "a number of more than six zones has none",
    "3.3": "a number that cannot be is nowhere",
    "3.4": "what a person set comes before addresses, and these before the number",
    "3.5": "several zones: open in all; none known: the strictest, and abroad nobody",
    "3.6": "hours are computed where they are, on that day",
    "4.1": "words that end it",
    "4.2": "the same in French",
    "4.3": "words that begin it; YES only for who has left",
    "4.4": "words that ask for help",
    "4.5": "an owner's own words, by country",
    "4.6": "two-word forms are ours; YES lifts no block of a toll-free number",
    "4.7": "keywords come before everything, and agents see them",
    "4.8": "what may mean stop holds, asks a person, and becomes a no",
    "4.9": "what does not mean it",
    "4.10": "five sources of one event, once for each text",
    "5.1": "what the carrier knows it confirms, and we are silent",
    "5.2": "what only we know we confirm; entries by hand are silent",
    "5.3": "where the carrier is told to be silent we confirm all",
    "5.4": "HELP is answered by whoever handles it",
    "6": "one no is for all our numbers; a yes after it needs proof or their own text",
    "7.1": "what the ledger keeps of each event",
    "7.2": "what leads to nobody is left out of campaigns",
    "7.3": "opt-outs stay; who is erased leaves a hash that no import revives; stricter wins",
    "8.1": "do-not-call with its source and date",
    "8.2": "reassigned, deactivated: consent is void; their text renews it",
    "8.3": "a wrong number ends the consent of whoever had it",
    "9.1": "words of what carriers do not carry",
    "9.2": "finance at high risk",
    "9.3": "gambling, phishing, leads",
    "9.4": "form: brand, way out, links, capitals, length",
    "10.1": "STOP with a batch, a held answer and a scheduled text: none leaves, one confirmation",
    "10.2": "created at 19:59, delayed to 20:01: it waits; the hard places",
    "10.3": "21610 is an opt-out, and START comes back with its proof",
    "10.4": "an old list brings nobody back",
    **{
        f"2.{state}": f"the hours of {state}"
        for state in (
            *("federal", "AL", "CT", "FL", "KY", "LA", "MA", "MD", "MI", "MN", "NM", "MS"),
            *("NJ", "NV", "OK", "PA", "RI", "TX", "UT", "VA", "WA"),
        )
    },
}


def named() -> set[str]:
    """The rules that tests name."""
    found = set[str]()
    for path in (ROOT / "tests").rglob("test_*.py"):
        if path != Path(__file__) and "node_modules" not in path.parts:
            for line in LINE.findall(path.read_text()):
                found |= set(NAMED.findall(line))
    return found


@pytest.fixture(scope="module")
def cited() -> set[str]:
    return named()


@pytest.mark.parametrize("rule", RULES)
def test_a_test_names_the_rule(cited: set[str], rule: str) -> None:
    assert rule in cited, RULES[rule]


def test_every_rule_that_a_test_names_is_one(cited: set[str]) -> None:
    assert cited <= RULES.keys()
