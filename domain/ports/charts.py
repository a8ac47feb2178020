"""Pictures of figures."""

from typing import Protocol

from domain.values.figures import Chart


class Charts(Protocol):
    """Draws; takes a second or so, so not to be called on the event loop."""

    def draw(self, chart: Chart) -> bytes:
        """A PNG."""
