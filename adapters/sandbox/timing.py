"""The timing in force."""

from dataclasses import dataclass

from adapters.sandbox.config import Speed


@dataclass
class Pace:
    """The present timing; scripts may change it while the sandbox runs."""

    speed: Speed
