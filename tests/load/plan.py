"""How much of everything a run takes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """Rates are per second; a burst is so many texts at the same moment.

    `recipients` are those of one campaign, paced so that it lasts as long as the run.
    """

    seconds: int = 60
    customers: int = 100
    steady: float = 5
    burst: int = 100
    every: int = 15
    subscribers: int = 100
    recipients: int = 300
    answers: float = 1
    webs: int = 2
    workers: int = 2

    @property
    def texts(self) -> list[float]:
        """When each text is sent, in seconds from the beginning, in order."""
        steady = [place / self.steady for place in range(round(self.seconds * self.steady))]
        bursts = [
            at for at in range(self.every, self.seconds, self.every) for _ in range(self.burst)
        ]
        return sorted([*steady, *map(float, bursts)])

    @property
    def per_minute(self) -> int:
        """The campaign's pace, so that it ends with the run."""
        return max(round(60 * self.recipients / self.seconds), 1)
