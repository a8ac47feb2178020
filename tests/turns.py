"""Which tests one worker runs one after another, and which it runs first."""

from collections import Counter
from collections.abc import Callable, Sequence

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped] # it has none

ALONE = ("tests/crash/", "tests/story/", "tests/test_cli_demo.py")
"""Each starts many processes: side by side they would only stand in each other's way."""
LONG = (*ALONE, "tests/test_cli", "tests/domain/test_moments.py", "tests/graph/test_badinput.py")


HOUSE = "tests/house/"
"""All of them read the whole source: it is parsed once."""


def turn(nodeid: str) -> str:
    """What is one worker's: a file, whose fixtures are made once so, or what belongs together."""
    if nodeid.startswith(ALONE):
        return "alone"
    return HOUSE if nodeid.startswith(HOUSE) else nodeid.partition("::")[0]


def in_turn(nodeids: Sequence[str]) -> Callable[[str], tuple[bool, bool, int]]:
    """Sorts what takes long to the front, so that no worker is the last for long."""
    sizes = Counter(map(turn, nodeids))
    return lambda one: (turn(one) != "alone", not one.startswith(LONG), -sizes[turn(one)])


class Turns(LoadScopeScheduling):  # type: ignore[misc] # has no types
    """Hands them out to the workers in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return turn(nodeid)
