"""The consent sentence says who, what, the cost and the way out, and its versions stay."""

from hashlib import sha256

from domain.rules.consent.wording import CURRENT, VERSIONS, current, find, own


def test_the_sentence_names_the_business_and_reads_as_agreed() -> None:
    assert CURRENT.render("Acme Homes") == (
        "By checking this box, I consent to receive automated and person-to-person text messages "
        "from Acme Homes at the phone number provided. Msg & data rates may apply. "
        "Reply STOP to opt-out."
    )


def test_a_name_with_braces_is_shown_as_it_is() -> None:
    assert "{BUSINESS_NAME} & {x}" in CURRENT.render("{BUSINESS_NAME} & {x}")


def test_every_version_can_be_found_again_by_its_id() -> None:
    assert [find(wording.version) for wording in VERSIONS] == list(VERSIONS)
    assert find("consent-0") is None


def test_the_current_wording_is_the_newest() -> None:
    assert CURRENT is VERSIONS[-1]


def test_a_wording_that_was_shown_never_changes() -> None:
    shown = {one.version: sha256(one.text.encode()).hexdigest() for one in VERSIONS}
    assert shown == {one.version: one.sha256 for one in VERSIONS}
    assert shown["consent-1"].startswith("de75091d6b8fe92b")


def test_the_owners_own_words_are_their_own_version() -> None:
    """Row: §7.1."""
    mine = own("Yes, text me. {BUSINESS_NAME}")
    assert mine == own("Yes, text me. {BUSINESS_NAME}") == current(mine.text)
    assert mine.version == f"own-{mine.sha256[:12]}"
    assert mine.version != own("Yes, text me! {BUSINESS_NAME}").version
    assert mine.render("Acme") == "Yes, text me. Acme"
    assert current(None) is CURRENT
