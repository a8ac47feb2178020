"""What a message of the app is made of: its author, text, blocks and metadata."""

from collections.abc import Container
from typing import Any

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.blocks import check_blocks
from adapters.sandbox.slack.call import Call
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.people import APP, BOT, BOT_USER

TEXT_LIMIT, METADATA_LIMIT, MOST_ATTACHMENTS = 40_000, 8_000, 100
PROFILE = {"id": BOT, "app_id": APP, "name": "Threadline", "deleted": False, "team_id": "T0SANDBOX"}


def author(call: Call) -> Json:
    """Who a message is by: the bot, or a name it takes for this message."""
    bot: Json = {"bot_id": BOT, "app_id": APP}
    username = call.text("username", "")
    if not username:
        return {**bot, "user": BOT_USER, "bot_profile": PROFILE}
    icons = {
        name.removeprefix("icon_"): value
        for name in ("icon_url", "icon_emoji")
        if (value := call.text(name, ""))
    }
    return {**bot, "subtype": "bot_message", "username": username, "icons": icons}


def content_of(call: Call, before: Json | None = None) -> Json:
    """What a message says, checked; fields not given are kept from the one before."""
    content: Json = {}
    blocks, attachments = call.args.get("blocks"), call.args.get("attachments")
    if call.args.get("markdown_text"):
        content["text"] = call.text("markdown_text")
    if "text" in call.args:
        content["text"] = call.text("text", "")
    if blocks:
        check_blocks(blocks, 50, files=call.workspace.ledger.all("file"))
        content["blocks"] = blocks
    if attachments:
        content["attachments"] = _attachments(attachments, call.workspace.ledger.all("file"))
    metadata = _metadata(call.args.get("metadata"))
    if metadata:
        content["metadata"] = metadata
    if not (content.get("text") or blocks or attachments or (before and before.get("blocks"))):
        raise SlackError("no_text")
    kept = str(before["text"]) if before else ""
    content["text"] = str(content.get("text", kept))[:TEXT_LIMIT]
    return content


def _attachments(given: Any, files: Container[str]) -> list[Json]:
    if not isinstance(given, list) or len(given) > MOST_ATTACHMENTS:
        raise SlackError("invalid_attachments")
    for attachment in given:
        check_blocks(attachment.get("blocks") or [], 50, files=files)
    return given


def _metadata(metadata: Any) -> Json | None:
    if not metadata:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(str(metadata)) > METADATA_LIMIT:
        raise SlackError("metadata_too_large")
    return metadata
