"""Pictures and files over the API: uploaded, sent, seen and fetched."""

import asyncio
import hashlib
import io
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from mongoengine.connection import get_db

from adapters.mongo.files import DatabaseFiles
from adapters.web.files import SignedLinks
from domain.model import Message, Wanted
from domain.services import media
from tests.clock import NOON, FakeClock
from tests.graph.conftest import Api
from tests.graph.desk import PUBLIC, Program, conversation, http, person, program, text
from tests.graph.wire import connected, cursor

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100
UPLOAD = """mutation ($file: Upload!) {
  uploadMedia(file: $file) {
    __typename
    ... on Media { id url contentType bytes sha256 name }
    ... on Problem { code message help fields { field message } }
  }
}"""
SEND = """mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) {
    ... on Message { id media { id url contentType bytes sha256 name } }
    ... on Problem { code message fields { field } }
  }
}"""
PREVIEW = """query ($input: SendMessageInput!) {
  previewMessage(input: $input) { estimatedPrice decision { allowed problem { code } } }
}"""
FOLLOW = """subscription ($after: Cursor) {
  messages(after: $after) { change message { media { url sha256 } } }
}"""
SEEN = "query ($id: ID) { message(id: $id) { media { id url bytes sha256 } } }"


def uploaded(me: Program, content: bytes = PNG, name: str = "photo.png") -> dict[str, Any]:
    """What became of one upload."""
    reply = me.send(UPLOAD, content, name).json()
    assert "errors" not in reply, reply
    return dict(reply["data"]["uploadMedia"])


def fetched(me: Program, link: str) -> httpx2.Response:
    """What is at an address of ours, on the server that the tests run."""
    assert link.startswith(f"{PUBLIC}/files/")
    return http().get(me.url.replace("/graphql", "") + link.removeprefix(PUBLIC))


def wish(*ids: str, **more: Any) -> dict[str, Any]:
    """A text to somebody who has just written, with these files."""
    return {"to": "+17605551234", "body": "Look", "mediaIds": list(ids)} | more


@pytest.fixture(autouse=True)
def customer(url: str) -> None:
    """Somebody has just written to us."""
    text(conversation(person()))


def test_an_upload_is_known_by_what_it_is(me: Program) -> None:
    made = uploaded(me, PNG, "My house.exe")
    assert made.pop("id")
    assert made.pop("url")
    assert made == {
        "__typename": "Media",
        "contentType": "image/png",
        "bytes": 108,
        "sha256": hashlib.sha256(PNG).hexdigest(),
        "name": "My house.png",
    }


def test_an_upload_can_be_fetched_without_a_token_for_an_hour(
    me: Program, clock: FakeClock
) -> None:
    link = uploaded(me)["url"]
    reply = fetched(me, link)
    assert (reply.status_code, reply.content) == (200, PNG)
    assert reply.headers["content-type"] == "image/png"
    clock.set(NOON + timedelta(hours=1))
    assert fetched(me, link).status_code == 410


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script>", "do not take"),
        (PNG + b"\x00" * 5_000_000, "5,000,108 bytes"),
        (b"%PDF-" + b"\x00" * 500_000, "500,005 bytes"),
    ],
)
def test_what_carriers_do_not_take_is_a_problem(me: Program, content: bytes, told: str) -> None:
    problem = uploaded(me, content)
    assert (problem["code"], problem["fields"][0]["field"]) == ("MEDIA_REJECTED", "file")
    assert told in problem["message"]
    assert problem["help"]
    assert get_db()["files.files"].count_documents({}) == 0


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a" * 2_000, "фото 😀.png", '"; drop', "\u202egnp.exe", " "]
)
def test_strange_names_are_made_safe(me: Program, name: str) -> None:
    made = uploaded(me, PNG, name)
    assert made["name"].endswith(".png")
    assert len(made["name"]) <= 100
    assert "/" not in made["name"]
    assert fetched(me, made["url"]).content == PNG


def test_an_endless_name_is_a_clear_error(me: Program) -> None:
    reply = me.send(UPLOAD, PNG, "a" * 5_000)
    assert (reply.status_code, reply.json()["errors"][0]["extensions"]["code"]) == (
        400,
        "INVALID_INPUT",
    )


def test_a_file_must_come_with_the_request(me: Program) -> None:
    for given in (None, "photo.png", 7):
        reply = me.post(UPLOAD, file=given).json()
        assert reply["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


def test_a_text_shows_its_files_with_addresses_of_now(me: Program, clock: FakeClock) -> None:
    made = uploaded(me)
    message = me.do(SEND, input=wish(made["id"]))
    (first,) = message["media"]
    assert {**first, "__typename": "Media"} == made
    clock.advance(hours=2)
    (later,) = me.ask(SEEN, id=message["id"])["message"]["media"]
    assert (later["id"], later["bytes"], later["sha256"]) == (made["id"], 108, made["sha256"])
    assert fetched(me, later["url"]).content == PNG
    assert fetched(me, first["url"]).status_code == 410


def test_a_text_may_be_only_a_picture(me: Program) -> None:
    message = me.do(SEND, input=wish(uploaded(me)["id"], body=""))
    assert len(message["media"]) == 1


def test_files_and_addresses_go_together(me: Program) -> None:
    elsewhere = "https://example.com/a.png"
    message = me.do(SEND, input=wish(uploaded(me)["id"], mediaUrls=[elsewhere]))
    assert [one["bytes"] for one in message["media"]] == [108, 0]
    assert message["media"][1]["url"] == elsewhere


@pytest.mark.parametrize("urls", [0, 5, 10])
def test_more_than_ten_in_all_are_refused(me: Program, urls: int) -> None:
    given = [f"https://example.com/{n}.png" for n in range(urls)]
    problem = me.do(SEND, input=wish(*[uploaded(me)["id"]] * (11 - urls), mediaUrls=given))
    assert problem["code"] == "MEDIA_REJECTED"
    assert Message.objects(direction="outbound").count() == 0


@pytest.mark.parametrize("file_id", ["", "x", "0" * 24, "\x00", "😀" * 999])
def test_an_unknown_file_is_refused(me: Program, file_id: str) -> None:
    problem = me.do(SEND, input=wish(file_id))
    assert (problem["code"], problem["fields"]) == ("MEDIA_REJECTED", [{"field": "mediaIds"}])
    assert Message.objects(direction="outbound").count() == 0


def test_nulls_and_empty_lists_mean_no_files(me: Program) -> None:
    none: tuple[list[str] | None, ...] = (None, [])
    for ids in none:
        assert me.do(SEND, input=wish(mediaIds=ids))["media"] == []


def test_the_estimate_is_that_of_a_picture(me: Program) -> None:
    seen = me.ask(PREVIEW, input=wish(uploaded(me)["id"]))["previewMessage"]
    assert seen == {"estimatedPrice": "0.02", "decision": {"allowed": True, "problem": None}}


def test_several_people_get_the_same_picture(me: Program) -> None:
    text(conversation(person("+17605551235")))
    many = """mutation ($input: SendMessagesInput!) {
      sendMessages(input: $input) { ... on Message { media { sha256 } } }
    }"""
    made = uploaded(me)
    message = {"body": "Look", "mediaIds": [made["id"]]}
    given = {"to": ["+17605551234", "+17605551235"], "message": message}
    assert me.do(many, input=given) == [{"media": [{"sha256": made["sha256"]}]}] * 2


def test_a_links_token_is_no_api_token_and_the_other_way_round(me: Program) -> None:
    link = uploaded(me)["url"]
    guest = Program(me.url, link.rpartition("/")[2])
    assert guest.post("{ viewer { name } }").status_code == 401
    assert fetched(me, f"{PUBLIC}/files/{me.secret}").status_code == 404


def test_without_a_secret_nothing_is_taken_in(api: Api) -> None:
    lone = program(api(links=SignedLinks(PUBLIC, "")), "read", "write")
    problem = uploaded(lone)
    assert problem["code"] == "NOT_CONFIGURED"
    assert "SECRET_KEY" in problem["message"]
    assert get_db()["files.files"].count_documents({}) == 0


def test_carriers_own_files_are_still_known_by_their_address(me: Program) -> None:
    there = "https://api.twilio.com/media/ME1"
    made = text(conversation(person("+17605551236")), media_urls=[there], media_types=["image/gif"])
    (seen,) = me.ask(SEEN, id=str(made.id))["message"]["media"]
    assert seen == {"id": f"{made.id}-0", "url": there, "bytes": 0, "sha256": ""}


def test_what_came_with_a_text_has_bytes_once_we_have_it(me: Program) -> None:
    there = [f"https://api.twilio.com/media/ME{n}" for n in range(2)]
    made = text(conversation(person("+17605551236")), media_urls=there, media_types=["image/png"])
    stored = media.upload(DatabaseFiles(get_db()), "roof.png", io.BytesIO(PNG), NOON)
    Message.objects(id=made.id).update(
        media=[*media.attached([stored])], wanted=[Wanted(place=1, source=there[1])]
    )
    Message.objects(id=made.id).update(set__media__0__place=0, set__media__0__source=there[0])
    copied, missing = me.ask(SEEN, id=str(made.id))["message"]["media"]
    assert (copied["id"], copied["bytes"]) == (stored.id, len(PNG))
    assert fetched(me, copied["url"]).content == PNG
    assert (missing["id"], missing["url"], missing["bytes"]) == (f"{made.id}-1", there[1], 0)


@pytest.mark.parametrize("name", ["roof.svg", "page.html", "note.txt"])
def test_what_nobody_knows_is_only_ever_saved(me: Program, name: str) -> None:
    files = DatabaseFiles(get_db())
    kept = files.put(
        name, "application/octet-stream", [b"<svg onload=alert(1)>"], kind="media", now=NOON
    )
    made = text(conversation(person("+17605551236")))
    Message.objects(id=made.id).update(media=media.attached([kept]))
    (seen,) = me.ask(SEEN, id=str(made.id))["message"]["media"]
    reply = fetched(me, seen["url"])
    assert reply.headers["content-type"] == "application/octet-stream"
    assert reply.headers["content-disposition"].startswith("attachment")
    assert reply.headers["x-content-type-options"] == "nosniff"


async def test_who_follows_texts_sees_their_files(me: Program) -> None:
    made = uploaded(me)
    async with connected(me) as line:
        stream = await line.subscribe(FOLLOW, after=await cursor(me))
        await asyncio.to_thread(me.do, SEND, input=wish(made["id"]))
        (seen,) = (await stream.event())["message"]["media"]
    assert seen["sha256"] == made["sha256"]
    assert fetched(me, seen["url"]).content == PNG
