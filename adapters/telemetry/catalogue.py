"""Every figure that a process counts or times itself, as `Instruments` makes them.

Their names are exported with the prefix `threadline_`, counters with `_total` at the end.
"""

from dataclasses import dataclass

QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SLOW = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)


@dataclass(frozen=True)
class Figure:
    """One figure; with `buckets`, in seconds, it is a histogram, else a counter."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


FIGURES = (
    Figure(
        "webhook_requests",
        "Requests of Twilio (text, report) and Slack (slack), by how they were answered.",
        ("kind", "outcome"),
    ),
    Figure("webhook_seconds", "Time to the answer of a webhook.", ("kind",), QUICK),
    Figure("dispatches", "Calls that hand a text to Twilio, by what came of them.", ("outcome",)),
    Figure("dispatch_seconds", "Time of such a call with what is written of it.", (), QUICK),
    Figure(
        "dispatch_wait_seconds",
        "From the moment when a text was free to leave (its hold over) until Twilio had it.",
        (),
        SLOW,
    ),
    Figure("relays", "Deeds in Slack for a text, by what came of them.", ("step", "outcome")),
    Figure(
        "relay_delay_seconds",
        "From a customer's text being stored until it is shown in Slack.",
        (),
        SLOW,
    ),
    Figure("slack_calls", "Calls of Slack's methods, by outcome.", ("method", "outcome")),
    Figure("slack_call_seconds", "Time of a call of Slack.", ("method",), QUICK),
    Figure("slack_paced", "Calls put off because Slack's limits allowed none.", ("method",)),
    Figure("slack_paced_seconds", "Seconds by which they were put off.", ("method",)),
    Figure("slack_limited", "Answers of Slack that we ask too much (429).", ("method",)),
    Figure("twilio_calls", "HTTP calls of Twilio's API.", ("verb", "outcome")),
    Figure("twilio_call_seconds", "Time of such a call.", ("verb",), QUICK),
    Figure("feed_cut_off", "Followers of the feed that read too slowly and were cut off."),
    Figure("feed_resumed", "Followers that went on from a cursor."),
    Figure("feed_expired", "Cursors that were too old to go on from."),
    Figure("feed_interrupted", "Interruptions of the change stream."),
    Figure("graphql_operations", "GraphQL operations.", ("kind", "outcome")),
    Figure("graphql_seconds", "Time of a query or mutation.", ("kind",), QUICK),
    Figure("graphql_problems", "Expected failures that the API answered.", ("code",)),
    Figure("lane_pieces", "Pieces of work that a worker's lane carried out.", ("lane",)),
    Figure("lane_failures", "Pieces of work that failed and are tried again.", ("lane",)),
    Figure("lane_troubles", "Times that a lane could not look for work.", ("lane",)),
)
