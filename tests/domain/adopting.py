"""`python -m tests.domain.adopting URI DATABASE WRITES`: adopt, and end at that many writes."""

import os
import sys

import mongoengine
from pymongo import monitoring

from domain.policy import Policy
from domain.services import adoption
from tests.clock import NOON
from tests.domain.crm import OURS

ENDED = 9
POLICY = Policy(numbers=(OURS,), secret="s" * 32)
WRITES = ("insert", "update", "delete", "findAndModify", "createIndexes", "dropIndexes")


class Countdown(monitoring.CommandListener):
    """Ends the process, as a power cut would, when it is about to write once more.

    Not inside a transaction: the server would keep its locks for a minute.
    """

    def __init__(self, writes: int) -> None:
        self.left = writes

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in WRITES and "autocommit" not in event.command:
            self.left -= 1
            if self.left < 0:
                os._exit(ENDED)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to do."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing to do."""


def main() -> None:
    uri, database, writes = sys.argv[1:]
    listeners = [Countdown(int(writes))]
    mongoengine.connect(db=database, host=uri, tz_aware=True, event_listeners=listeners)
    adoption.adopt(NOON, POLICY, dry_run=False)


if __name__ == "__main__":
    main()
