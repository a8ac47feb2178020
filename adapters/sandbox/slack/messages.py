"""The chat.* methods."""

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.call import USER_ID, Call, Method
from adapters.sandbox.slack.channel import Channel
from adapters.sandbox.slack.content import author, content_of
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.people import BOT, BOT_USER, TEAM_NAME

UPDATE_LIMIT = 4_000


def post_message(call: Call) -> Json:
    """chat.postMessage: one message by the bot, under another name if asked."""
    channel = direct(call) if USER_ID.fullmatch(call.text("channel", "?")) else None
    channel = channel or call.open_channel()
    content = content_of(call)
    if thread := call.text("thread_ts", ""):
        parent = call.workspace.message(channel.id, thread)
        if parent is None:
            raise SlackError("thread_not_found")
        content["thread_ts"] = parent.get("thread_ts", thread)
        if call.flag("reply_broadcast"):
            content["subtype"] = "thread_broadcast"
    message = call.workspace.post(channel, {**author(call), **content})
    return {"ok": True, "channel": channel.id, "ts": message["ts"], "message": shown(message)}


def update(call: Call) -> Json:
    """chat.update: a message of the bot's own, changed in place."""
    channel, before = call.joined(), _own(call, "cant_update_message")
    content = content_of(call, before)
    if len(content.get("text", "")) > UPDATE_LIMIT:
        raise SlackError("msg_too_long")
    stamp = call.workspace.stamp(channel.id)
    after = {**before, **content, "edited": {"user": BOT_USER, "ts": stamp}}
    if call.args.get("metadata") == {}:
        after.pop("metadata", None)
    if call.args.get("blocks") == []:
        after.pop("blocks", None)
    call.workspace.change(channel, before, after)
    return {
        "ok": True,
        "channel": channel.id,
        "ts": before["ts"],
        "text": after.get("text", ""),
        "message": shown(after),
    }


def delete(call: Call) -> Json:
    """chat.delete: a message of the bot's own."""
    channel, message = call.joined(), _own(call, "cant_delete_message")
    call.workspace.delete(channel, message)
    return {"ok": True, "channel": channel.id, "ts": message["ts"]}


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral: seen by one member of the channel, kept by the sandbox apart."""
    channel, user = call.open_channel(), call.text("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    ts = call.workspace.stamp(channel.id)
    message = {**author(call), **content_of(call), "ts": ts, "channel": channel.id, "for": user}
    if thread := call.text("thread_ts", ""):
        message["thread_ts"] = thread
    call.workspace.ledger.put("ephemeral", f"{channel.id}/{ts}", message)
    return {"ok": True, "message_ts": ts}


def permalink(call: Call) -> Json:
    """chat.getPermalink."""
    channel, ts = call.joined(), call.text("message_ts")
    if call.workspace.message(channel.id, ts) is None:
        raise SlackError("message_not_found")
    host = TEAM_NAME.lower().replace(" ", "-")
    link = f"https://{host}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"ok": True, "channel": channel.id, "permalink": link}


def shown(message: Json, *, metadata: bool = True) -> Json:
    """A message as the Web API returns it."""
    hidden = ("channel",) if metadata else ("channel", "metadata")
    return {name: value for name, value in message.items() if name not in hidden}


def direct(call: Call) -> Channel | None:
    """The direct conversation of the bot with a user, made when there is none."""
    user = call.text("channel")
    if user not in call.workspace.people:
        raise SlackError("channel_not_found")
    return direct_with(call, user)


def direct_with(call: Call, user: str) -> Channel:
    """The direct conversation with somebody, made when there is none."""
    name = f"D{user[1:]}"
    created = int(float(call.workspace.stamp(name)))
    return call.workspace.channel(name) or call.workspace.keep(
        Channel(name, "", BOT_USER, created, private=True, direct=True, members=[BOT_USER, user])
    )


def _own(call: Call, otherwise: str) -> Json:
    channel = call.joined()
    message = call.workspace.message(channel.id, call.text("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.get("bot_id") != BOT or message.get("subtype") == "tombstone":
        raise SlackError(otherwise)
    return message


METHODS: dict[str, Method] = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
    "chat.getPermalink": permalink,
}
