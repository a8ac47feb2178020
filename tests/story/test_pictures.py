"""Pictures both ways: a program's, a customer's and an agent's, from one end to the other."""

import base64
import io
from typing import Any

import PIL.Image
import pytest

from tests import local
from tests.graph.desk import Program
from tests.story.world import DANA, DELIVERED, TROUBLE, Place, World, somebody, until

pytestmark = pytest.mark.timeout(600)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2_000
UPLOAD = "mutation ($file: Upload!) { uploadMedia(file: $file) { ... on Media { id } } }"
SEND = """mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { ... on Message { id } ... on Problem { code message } } }"""
SEEN = "query ($id: ID) { message(id: $id) { status media { url bytes } } }"
INBOUND = """query ($sid: String) { message(twilioMessageSid: $sid) {
  media { url contentType bytes name } } }"""


def photo(width: int = 3_000, height: int = 2_000) -> bytes:
    """What a telephone's camera makes: large, on its side, with the place noted."""
    exif = PIL.Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"
    exif.get_ifd(0x8825)[1] = "N"
    target = io.BytesIO()
    PIL.Image.effect_noise((width, height), 60).convert("RGB").save(target, "JPEG", exif=exif)
    return target.getvalue()


def attached(content: bytes, name: str) -> list[dict[str, str]]:
    """A file as people put it into the phone or the chat."""
    return [{"name": name, "content": base64.b64encode(content).decode()}]


def shown(place: Place, text: str) -> dict[str, Any] | None:
    """The post of a customer's text."""
    found: list[dict[str, Any]] = place.channel()["messages"]
    return next((one for one in found if one["text"].startswith(text)), None)


def with_pictures(place: Place, ts: str) -> dict[str, Any] | None:
    """That post, once it shows pictures."""
    (post,) = (one for one in place.channel()["messages"] if one["ts"] == ts)
    return dict(post) if images(post) else None


def images(post: dict[str, Any]) -> list[str]:
    """The ids of the pictures in a post."""
    return [one["slack_file"]["id"] for one in post["blocks"] if one["type"] == "image"]


def test_a_picture_is_fetched_by_whom_it_was_sent_through(world: World) -> None:
    phone, me = somebody(), Program(f"{world.url}/graphql", world.token)
    world.text(phone, f"What does it look like, {phone}?")
    world.place(f"What does it look like, {phone}?")
    file_id = me.send(UPLOAD, PNG, "house.png").json()["data"]["uploadMedia"]["id"]
    made = me.do(SEND, input={"to": phone, "body": "Like this", "mediaIds": [file_id]})
    world.reached(phone, "Like this")
    (carried,) = world.carried(phone)
    (address,) = carried["mediaUrls"]
    reply = local.get(address)
    assert (reply.content, reply.headers["content-type"]) == (PNG, "image/png")
    assert 'inline; filename="house.png"' in reply.headers["content-disposition"]
    assert local.get(address[:-1]).status_code == 404
    seen = me.ask(SEEN, id=made["id"])["message"]
    assert [one["bytes"] for one in seen["media"]] == [len(PNG)]
    (looked,) = carried["media"]
    assert (looked["status"], looked["size"]) == (200, len(PNG))


def test_a_customers_pictures_are_shown_to_agents_and_programs(world: World) -> None:
    me, (phone, place) = Program(f"{world.url}/graphql", world.token), world.conversation()
    picture = photo()
    media = [*attached(picture, "roof.jpg"), *attached(b"%PDF-1.7\n", "plan.pdf")]
    sid = world.text(phone, "Look at this", media=media)["sid"]
    post = until(lambda: shown(place, "Look at this"), "the text")
    post = until(lambda: with_pictures(place, post["ts"]), "the pictures")
    assert len(images(post)) == 1
    assert "|file-2.pdf>" in post["text"]
    kept = me.ask(INBOUND, sid=sid)["message"]["media"]
    assert [one["contentType"] for one in kept] == ["image/jpeg", "application/pdf"]
    assert local.get(kept[0]["url"]).content == picture


def test_an_agents_picture_arrives_without_what_the_camera_noted(world: World) -> None:
    phone, place = world.conversation("May I see it?")
    ts = place.write("Here it is", files=attached(photo(), "house.jpg"))
    world.reached(phone, "Here it is")
    (looked,) = world.carried(phone)[0]["media"]
    assert (looked["status"], looked["content_type"]) == (200, "image/jpeg")
    assert looked["size"] <= 600_000
    with PIL.Image.open(io.BytesIO(local.get(looked["url"]).content)) as image:
        assert (image.width < image.height, dict(image.getexif())) == (True, {})
    place.marked(ts, DELIVERED)


def test_what_cannot_be_sent_says_why_and_nothing_leaves(world: World) -> None:
    phone, place = world.conversation("And the contract?")
    ts = place.write("See here", files=attached(b"PK\x03\x04" + b"\0" * 99, "contract.docx"))
    place.marked(ts, TROUBLE)
    assert "Carriers do not take" in place.whispered(DANA, "Not sent. contract.docx:")
    assert world.bodies(phone) == []
