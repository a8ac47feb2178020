"""One life, from its beginning until nothing is open any more."""

from collections.abc import Sequence
from datetime import datetime

from tests.oracle.deeds import Deed, Passes
from tests.oracle.play import Play
from tests.oracle.stage import Stage

END = (480, 480, 480, 600, 660, 720, 720, 720, 1440)
"""Minutes after which the worker looks, so that everything that may leave has had its hours."""


def play(stage: Stage, begins: datetime, happens: Sequence[Deed]) -> None:
    """Let it all happen; AssertionError when a text leaves, or stays, against the law."""

    async def lived() -> None:
        run = Play(stage.fresh(begins))
        for deed in happens:
            await deed.do(run)
        for minutes in END:
            await Passes(minutes).do(run)
        await run.finish()

    stage.runner.run(lived())
