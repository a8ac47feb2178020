"""What came late says so where it stands, and once in the inbox."""

from bot.blocks import announcements, posts
from domain.values import Latecomer, Latecomers, Place, Post
from tests.clock import NOON

STAMP = f"<!date^{int(NOON.timestamp())}^"


def test_a_text_that_came_late_says_when_it_was_sent() -> None:
    *_, small = posts.message(Post("k", "Are you there?", late=NOON))
    (said,) = small["elements"]
    assert said["text"].startswith(f"Sent {STAMP}")
    assert said["text"].endswith("arrived late: the webhook missed it.")


def test_what_came_in_time_says_nothing() -> None:
    assert "late" not in str(posts.message(Post("k", "Are you there?")))


def test_the_summary_leads_to_each_conversation() -> None:
    own = Latecomer("Jane <Doe>", 2, NOON, Place("C1"))
    below = Latecomer("Max", 1, NOON, Place("C0INBOX", "1.1"))
    told = announcements.content(
        Latecomers(4, (own, below, Latecomer("Sue", 1, NOON)), 2), movable=True
    )
    words = told["blocks"][0]["text"]["text"].splitlines()
    assert told["text"].startswith("4 texts came late")
    assert words[1].startswith("• *Jane &lt;Doe&gt;* (2 texts), sent <!date")
    assert words[1].endswith("in <#C1>")
    assert words[2].endswith("in a thread of <#C0INBOX>")
    assert words[4] == "…and in 2 more conversations."


def test_one_text_is_one_text() -> None:
    told = announcements.content(Latecomers(1, (Latecomer("Sue", 1, NOON),)), movable=True)
    assert told["text"].startswith("1 text came late")
