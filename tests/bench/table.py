"""The one table: a figure, its floor, and their ratio, always such that higher is better."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

HEADINGS = ("figure", "measured", "floor", "ratio", "aim", "the floor is")


@dataclass(frozen=True)
class Row:
    """One figure. `more` says whether more of the unit is better, which turns the ratio."""

    figure: str
    unit: str
    measured: float
    floor: float | None = None
    floor_is: str = ""
    aim: str = ""
    more: bool = False

    @property
    def ratio(self) -> float | None:
        """How near we come to the floor: 1 is as good as it."""
        if not self.floor or not self.measured:
            return None
        return self.measured / self.floor if self.more else self.floor / self.measured

    def cells(self) -> tuple[str, ...]:
        """As the table shows it."""
        ratio = self.ratio
        return (
            self.figure,
            told(self.measured, self.unit),
            told(self.floor, self.unit) if self.floor is not None else "",
            f"{ratio:.2f}" if ratio is not None else "",
            self.aim,
            self.floor_is,
        )


@dataclass(frozen=True)
class Pair:
    """Both sides of a figure, a value each round; their medians are what counts."""

    ours: Sequence[float]
    floor: Sequence[float]

    def row(self, figure: str, unit: str, floor_is: str, aim: str = "", *, more: bool) -> Row:
        """The figure as a row of the table."""
        return Row(figure, unit, median(self.ours), median(self.floor), floor_is, aim, more)


def told(value: float, unit: str) -> str:
    """A number with three significant digits and its unit."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which that share of the values lies."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def shown(rows: Sequence[Row]) -> str:
    """All rows under their headings, in columns."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    rule = tuple("-" * width for width in widths)
    return "\n".join(_line(cells, widths) for cells in (lines[0], rule, *lines[1:]))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.rjust(width) if 0 < column < 4 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()
