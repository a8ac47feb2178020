"""Implements domain.ports.Charts: bars drawn by matplotlib, which only who draws has to load."""

from io import BytesIO

from domain.values import Chart

SIZE, DOTS = (6.4, 3.0), 150
SENT, RECEIVED, BEFORE = "#1264a3", "#2bac76", "#c9cdd2"
WIDTH = 0.36


class Drawer:
    """Draws without a screen, and keeps nothing between two pictures."""

    def draw(self, chart: Chart) -> bytes:
        """A PNG of 960 by 450 dots."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.ticker import MaxNLocator

        figure = Figure(figsize=SIZE, dpi=DOTS, layout="constrained")
        axes = figure.add_subplot()
        places = range(len(chart.days))
        series = (
            (-WIDTH / 2, chart.sent, chart.sent_before, SENT, "sent"),
            (WIDTH / 2, chart.received, chart.received_before, RECEIVED, "received"),
        )
        for shift, now, before, colour, label in series:
            where = [place + shift for place in places]
            axes.bar(where, before, WIDTH * 0.98, color=BEFORE, alpha=0.55)
            axes.bar(where, now, WIDTH * 0.62, color=colour, label=label)
        axes.bar([0], [0], color=BEFORE, alpha=0.55, label="the week before")
        figure.suptitle(chart.title, x=0.01, ha="left", fontsize=11)
        axes.set_xticks(list(places), chart.days)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.set_ylim(bottom=0, top=None if any(map(any, _numbers(chart))) else 1)
        axes.spines[["top", "right"]].set_visible(False)
        figure.legend(frameon=False, ncols=3, fontsize=9, loc="outside lower center")
        FigureCanvasAgg(figure)
        picture = BytesIO()
        figure.savefig(picture, format="png")
        return picture.getvalue()


def _numbers(chart: Chart) -> list[tuple[int, ...]]:
    return [chart.sent, chart.received, chart.sent_before, chart.received_before]
