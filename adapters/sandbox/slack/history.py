"""The methods that read messages back."""

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.call import Call, Method
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.messages import shown


def history(call: Call) -> Json:
    """conversations.history: what stands in the channel itself, newest first."""
    channel = call.joined()
    top = [message for message in call.workspace.messages(channel.id) if _on_top(message)]
    return _page(call, [message for message in reversed(top) if _within(call, message)])


def replies(call: Call) -> Json:
    """conversations.replies: a message and its thread, oldest first."""
    channel, ts = call.joined(), call.text("ts")
    parent = call.workspace.message(channel.id, ts)
    if parent is None:
        raise SlackError("thread_not_found")
    root = parent.get("thread_ts", ts)
    found = [
        message
        for message in call.workspace.messages(channel.id)
        if message["ts"] == root or message.get("thread_ts") == root
    ]
    kept = [item for item in found if item["ts"] == root or _within(call, item)]
    return _page(call, kept)


def _page(call: Call, found: list[Json]) -> Json:
    start, size = call.number("cursor", 0), min(max(call.number("limit", 100), 1), 999)
    metadata = call.flag("include_all_metadata")
    page = [shown(message, metadata=metadata) for message in found[start : start + size]]
    more = start + size < len(found)
    cursor = {"response_metadata": {"next_cursor": str(start + size)}} if more else {}
    return {"ok": True, "messages": page, "has_more": more, **cursor}


def _on_top(message: Json) -> bool:
    thread = message.get("thread_ts")
    return thread is None or thread == message["ts"] or message.get("subtype") == "thread_broadcast"


def _within(call: Call, message: Json) -> bool:
    oldest, latest = _micros(call.text("oldest", "0")), _micros(call.text("latest", "9999999999"))
    ts = _micros(message["ts"])
    if call.flag("inclusive"):
        return oldest <= ts <= latest
    return oldest < ts < latest


def _micros(ts: str) -> int:
    seconds, _, fraction = ts.partition(".")
    if not seconds.isdecimal() or not (fraction or "0").isdecimal():
        raise SlackError("invalid_ts_oldest")
    return int(seconds) * 1_000_000 + int(fraction.ljust(6, "0")[:6] or "0")


METHODS: dict[str, Method] = {
    "conversations.history": history,
    "conversations.replies": replies,
}
