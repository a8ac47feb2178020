"""Figures as agents are shown them: in words, and as a picture of a week."""

from dataclasses import dataclass

from domain.values.files import Picture


@dataclass(frozen=True)
class Chart:
    """Texts a day of one week, and of the week before: ours that left, and customers'."""

    title: str
    days: tuple[str, ...]
    sent: tuple[int, ...]
    received: tuple[int, ...]
    sent_before: tuple[int, ...]
    received_before: tuple[int, ...]


@dataclass(frozen=True)
class Digest:
    """What is told of a week; `picture` has its words for those who cannot see it as its name."""

    title: str
    lines: tuple[str, ...]
    picture: Picture | None = None


@dataclass(frozen=True)
class Sums:
    """Some lines of figures under a heading, in plain words."""

    title: str
    lines: tuple[str, ...]
