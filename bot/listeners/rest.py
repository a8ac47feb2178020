"""Everything else is acknowledged: an unanswered request counts as a failure and comes again."""

import re

from slack_bolt.async_app import AsyncAck, AsyncApp

ANY = re.compile(".*", re.DOTALL)


def register(app: AsyncApp) -> None:
    """To be registered last: Bolt asks listeners in order."""
    for kind in (app.event, app.action, app.shortcut, app.command, app.options):
        kind(ANY)(_acknowledge)
    app.view_submission(ANY)(_acknowledge)
    app.view_closed(ANY)(_acknowledge)


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()
