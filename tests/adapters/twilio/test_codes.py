"""Every code that matters has a kind to act on and words that people understand."""

import pytest

from adapters.twilio.codes import Kind, advice, link

KINDS = {
    Kind.CONFIG: [
        20003, 20404, 21408, 21606, 21612, 21212, 21659, 21660, 21608, 572005, 21703, 21704,
        21705, 30002, 30032, 30893, 30909, 30923, 30460, 30034, 30035, 60728, 63038, 11200, 12300,
    ],
    Kind.BOUNCE: [21211, 21217, 21614, 30005, 30006, 63024],
    Kind.SOFT: [20429, 21611, 30001, 30003, 30008, 30022, 30023, 30027, 63017, 63018],
    Kind.OPT_OUT: [21610],
    Kind.REJECT: [
        21266, 21602, 21617, 21620, 21623, 30036, 30045, 90007,
        35114, 35118, 35125, 63016,
    ],
    Kind.HOLD: [30410],
    Kind.LOOP: [14107],
    Kind.BLOCKED: [30004],
    Kind.FILTERED: [30007],
}  # fmt: skip
KNOWN = [(code, kind) for kind, codes in KINDS.items() for code in codes]


@pytest.mark.parametrize(("code", "kind"), KNOWN)
def test_each_known_code_has_its_kind(code: int, kind: Kind) -> None:
    assert advice(code).kind == advice(code, at_create=True).kind == kind.value


@pytest.mark.parametrize("code", [code for code, _ in KNOWN])
def test_each_known_code_says_what_happened_and_what_to_do(code: int) -> None:
    told = advice(code)
    assert told.sentence.endswith(".")
    assert len(told.help) > len(link(code)) + 10
    assert str(code) not in told.sentence
    assert told.help.endswith(f"https://www.twilio.com/docs/api/errors/{code}")


def test_every_kind_is_used() -> None:
    assert set(KINDS) == set(Kind)


def test_an_unknown_code_is_judged_by_when_it_came() -> None:
    assert advice(39999, at_create=True).kind == Kind.REJECT
    assert advice(39999).kind == Kind.SOFT
    assert advice(39999).help.endswith("/39999")


@pytest.mark.parametrize("code", [None, 0, 404])
def test_without_a_code_there_is_advice_and_no_link(code: int | None) -> None:
    assert link(code) == ""
    assert "http" not in advice(code).help
    assert advice(code, at_create=True).sentence == "Twilio did not accept this text."


def test_an_opt_out_tells_how_to_come_back() -> None:
    assert "START" in advice(21610).help
