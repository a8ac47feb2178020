"""What an agent writes in a form is weighed as it will leave, with the line that is added."""

from dataclasses import replace

import pytest

from bot.composing import Composer
from bot.views.compose import Filled
from domain.policy import ConsentPolicy, Policy
from domain.rules.consent.optout import LINE
from domain.services import agents
from tests.clock import NOON
from tests.domain.build import POLICY, conversation, person

EVERY = replace(POLICY, consent=ConsentPolicy(opt_out_line="every"))


@pytest.mark.parametrize("policy", [POLICY, EVERY])
def test_the_preview_counts_the_line_where_there_is_one(db: object, policy: Policy) -> None:
    thread = conversation()
    composer = Composer(agents.learn(person(), NOON), NOON, policy)
    filled = Filled(str(thread.id), "Jane", text="x" * 150)
    (said, *_) = composer.notes(filled).preview
    added = policy is EVERY
    assert said.startswith("2 segments" if added else "1 segment,")
    assert (f"with “{LINE}”" in said) is added


def test_an_empty_form_has_nothing_to_add_to(db: object) -> None:
    composer = Composer(agents.learn(person(), NOON), NOON, EVERY)
    (said, *_) = composer.notes(Filled(str(conversation().id), "Jane")).preview
    assert said == "Nothing is written yet."
