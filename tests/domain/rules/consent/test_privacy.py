"""A number that is not kept can still be recognised, by whoever has the secret."""

from domain.policy import Policy
from domain.rules.consent.privacy import hashed, is_hashed

PHONE = "+17605550111"


def test_the_same_number_has_the_same_hash_under_one_secret() -> None:
    assert hashed(PHONE, "secret") == hashed(PHONE, "secret")
    assert hashed(PHONE, "secret") != hashed(PHONE, "another")
    assert hashed(PHONE, "secret") != hashed("+17605550112", "secret")


def test_a_hash_is_told_from_a_number_and_does_not_hold_it() -> None:
    made = hashed(PHONE, "secret")
    assert (is_hashed(made), is_hashed(PHONE), len(made)) == (True, False, 65)
    assert PHONE[2:] not in made


def test_the_secret_is_not_shown_with_the_policy() -> None:
    assert "hidden" not in repr(Policy(secret="hidden"))
