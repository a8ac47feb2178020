"""Who may answer, as a function of what is known of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules import roles
from domain.rules.roles import BARS, FLAGS, WORKING

flags = st.fixed_dictionaries({name: st.booleans() for name in FLAGS})


@given(flags, st.sampled_from([*WORKING, roles.NONE]))
def test_only_full_members_with_a_role_may_answer(known: dict[str, bool], role: str) -> None:
    may = role in WORKING and not any(known.values())
    assert (roles.bar({**known, "role": role}) is None) is may


@given(st.booleans(), st.booleans(), st.booleans())
def test_whoever_is_shut_out_has_no_role(barred: bool, admin: bool, agent: bool) -> None:
    found = roles.role(barred=barred, admin=admin, agent=agent)
    assert (found == roles.NONE) is (barred or not (admin or agent))
    assert (found == roles.ADMIN) is (admin and not barred)


def test_those_known_from_before_roles_were_told_stay_agents() -> None:
    assert roles.bar({}) is None


def test_each_is_told_in_their_own_words() -> None:
    sentences = {bar.message for bar in BARS.values()}
    reasons = {bar.reason for bar in BARS.values()}
    assert len(sentences) == len(reasons) == len(BARS) == len(FLAGS) + 1


@pytest.mark.parametrize("name", FLAGS)
def test_what_shuts_somebody_out_is_told_before_a_missing_role(name: str) -> None:
    assert roles.bar({name: True, "role": "none"}) == BARS[name]
