"""Whom a post of ours asks for: people and groups by their ids, never by anybody's words."""

import pytest

from bot.blocks.posts import message, spoken
from domain.values import Post


def shown(*mentions: str, text: str = "Jane waits.") -> str:
    return spoken(Post("k", text, mentions=mentions))


def test_people_and_groups_are_called_before_the_words() -> None:
    assert shown("U0DANA", "S0AGENTS") == "<@U0DANA> <!subteam^S0AGENTS> Jane waits."
    (block,) = message(Post("k", "Jane waits.", mentions=("U0DANA",)))
    assert block["text"]["text"] == "<@U0DANA> Jane waits."


@pytest.mark.parametrize("wrong", ["", "here", "!channel", "U0DANA> <!here", "u0dana", "C0INBOX"])
def test_what_is_no_id_calls_nobody(wrong: str) -> None:
    assert shown(wrong) == "Jane waits."


def test_the_words_themselves_call_nobody() -> None:
    assert "<@U0SAM>" not in shown("U0DANA", text="<@U0SAM> waits.")
    assert "<!here>" not in shown(text="<!here> waits.")
