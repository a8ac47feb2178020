"""A program sends a picture: uploaded, handed to Twilio as an address, fetched from there."""

import httpx2
import pytest

from tests.graph.desk import Program
from tests.story.world import World, somebody

pytestmark = pytest.mark.timeout(180)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2_000
UPLOAD = "mutation ($file: Upload!) { uploadMedia(file: $file) { ... on Media { id } } }"
SEND = """mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { ... on Message { id } ... on Problem { code message } } }"""
SEEN = "query ($id: ID) { message(id: $id) { status media { url bytes } } }"


def test_a_picture_is_fetched_by_whom_it_was_sent_through(world: World) -> None:
    phone, me = somebody(), Program(f"{world.url}/graphql", world.token)
    world.text(phone, f"What does it look like, {phone}?")
    world.place(f"What does it look like, {phone}?")
    file_id = me.send(UPLOAD, PNG, "house.png").json()["data"]["uploadMedia"]["id"]
    made = me.do(SEND, input={"to": phone, "body": "Like this", "mediaIds": [file_id]})
    world.reached(phone, "Like this")
    (carried,) = world.carried(phone)
    (address,) = carried["mediaUrls"]
    reply = httpx2.get(address)
    assert (reply.content, reply.headers["content-type"]) == (PNG, "image/png")
    assert 'inline; filename="house.png"' in reply.headers["content-disposition"]
    assert httpx2.get(address[:-1]).status_code == 404
    seen = me.ask(SEEN, id=made["id"])["message"]
    assert [one["bytes"] for one in seen["media"]] == [len(PNG)]
