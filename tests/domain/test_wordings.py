"""Whatever was ever shown beside a consent box can be shown again, word for word."""

from dataclasses import replace
from functools import partial
from hashlib import sha256

import pytest

from domain import model
from domain.errors import InvalidInput
from domain.policy import ConsentPolicy, Policy
from domain.rules.consent import wording
from domain.services import wordings
from domain.services.consent import reading
from domain.services.desk import agreements
from domain.services.desk.agreements import Yes
from tests.clock import NOON
from tests.domain.build import CUSTOMER, OURS, POLICY, TOKEN, customer, later, race, received

pytestmark = pytest.mark.usefixtures("db")
MINE = "Yes, {BUSINESS_NAME} may text me. STOP ends it."


def asking(text: str | None, join_wording: str | None = None) -> Policy:
    """An owner with words of their own."""
    return replace(
        POLICY, consent=ConsentPolicy(wording=text, join_wording=join_wording), business_name="Acme"
    )


def test_ours_is_kept_and_shown_until_the_owner_has_other_words() -> None:
    """Row: §7.1."""
    assert wordings.current(asking(None), NOON) == wording.CURRENT
    shown = wordings.current(asking(MINE), later(1))
    assert (shown.version, shown.text) == (wording.own(MINE).version, MINE)
    kept = model.Wording.objects(version=shown.version).get()
    assert kept.sha256 == sha256(MINE.encode()).hexdigest()
    assert model.Wording.objects.count() == 2


def test_old_words_are_found_after_they_were_changed_twice_and_back() -> None:
    first = wordings.current(asking(MINE), NOON)
    wordings.current(asking("Other words."), later(1))
    again = wordings.current(asking(MINE), later(2))
    assert first == again == wordings.find(first.version)
    assert model.Wording.objects(version=first.version).get().since == NOON
    assert wordings.rendered(first.version, "Acme") == "Yes, Acme may text me. STOP ends it."


def test_all_that_is_in_force_is_kept_at_the_start_and_once() -> None:
    policy = asking(MINE, join_wording="Text JOIN to agree.")
    race(*[partial(wordings.keep, policy, NOON)] * 3)
    texts = {one.text for one in model.Wording.objects}
    assert texts == {MINE, "Text JOIN to agree.", *(one.text for one in wording.VERSIONS)}
    assert model.Wording.objects.count() == len(texts)


def test_what_never_was_is_not_made_up() -> None:
    assert wordings.find("own-0") is None
    with pytest.raises(InvalidInput, match="never had a wording of version “own-0”") as told:
        wordings.rendered("own-0", "Acme")
    assert told.value.fields[0].field == "wordingVersion"


def test_a_yes_keeps_the_words_of_its_form_whatever_is_in_force_by_then() -> None:
    """Row: §1.7. Row: §7.1."""
    customer()
    shown = wordings.current(asking(MINE), NOON)
    said = Yes("express", "in person", version=shown.version, business="Acme")
    today = replace(asking("New words."), business_name="Bcme")
    agreements.agree("slack:view/1", CUSTOMER, said, TOKEN, NOON, today)
    (event,) = reading.of_phone(CUSTOMER)
    assert event.wording == "Yes, Acme may text me. STOP ends it."
    assert event.wording_version == shown.version
    assert event.wording_hash


def test_a_yes_to_words_that_never_were_is_not_recorded() -> None:
    customer()
    said = Yes("express", "in person", version="own-0")
    with pytest.raises(InvalidInput) as told:
        agreements.agree("slack:view/1", CUSTOMER, said, TOKEN, NOON, POLICY)
    assert told.value.fields[0].field == "consent"
    assert reading.of_phone(CUSTOMER) == []


def test_who_joins_by_a_word_has_read_what_stood_beside_it() -> None:
    """Row: §7.1."""
    policy = asking(None, join_wording="Text JOIN for news of {BUSINESS_NAME}.")
    wordings.keep(policy, NOON)
    received("JOIN", policy=replace(policy, numbers=(OURS,)))
    (event,) = reading.of_phone(CUSTOMER)
    assert event.wording == "Text JOIN for news of Acme."
    shown = wordings.find(event.wording_version or "")
    assert shown
    assert shown.text == policy.consent.join_wording
