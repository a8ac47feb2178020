"""A week's figures are one post with a picture, on Monday at nine, whatever crashes."""

import asyncio
from datetime import UTC, datetime, timedelta
from io import BytesIO
from random import Random
from typing import Any

import pytest
from PIL import Image

from adapters.charts import Drawer
from adapters.worker.digesting import Digester
from bot.chats import OneWorkspace
from domain.model import Digest
from domain.outbox import Claim
from domain.values import Chart
from tests.bot.rig import Rig
from tests.domain.build import POLICY, TIMING
from tests.domain.figuring import past

MONDAY = datetime(2026, 3, 9, 13, tzinfo=UTC)  # nine in New York
WEEK = timedelta(days=7)
LEASE = TIMING.lease + timedelta(seconds=1)
pytestmark = pytest.mark.usefixtures("db")
PNG = b"\x89PNG\r\n\x1a\n"


class Canvas:
    """Implements domain.ports.Charts without the second that a real picture takes."""

    def __init__(self) -> None:
        self.drawn: list[Chart] = []

    def draw(self, chart: Chart) -> bytes:
        """A tiny picture."""
        self.drawn.append(chart)
        picture = BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "PNG")
        return picture.getvalue()


def digester(rig: Rig, canvas: Canvas | None = None) -> Digester:
    return Digester(OneWorkspace(rig.chat), canvas or Canvas(), rig.clock, POLICY, TIMING)


async def turn(hand: Digester) -> bool:
    """Whether there was anything to do."""
    held = await asyncio.to_thread(hand.claim)
    if held:
        await hand.carry_out(held)
    return held is not None


async def posts(rig: Rig) -> list[dict[str, Any]]:
    return [one for one in await rig.messages() if "Your texts" in one["text"]]


@pytest.fixture
def busy(rig: Rig) -> Rig:
    """Two weeks with texts are over, and it is Monday morning."""
    past(Random(3), MONDAY - 2 * WEEK, 2 * WEEK, 120)
    rig.clock.set(MONDAY)
    return rig


async def test_on_monday_at_nine_the_week_is_told_once_in_words_and_with_a_picture(
    busy: Rig,
) -> None:
    busy.clock.advance(seconds=-1)
    canvas = Canvas()
    hand = digester(busy, canvas)
    assert not await turn(hand)
    busy.clock.set(MONDAY + timedelta(minutes=1))
    assert await turn(hand)
    (post,) = await posts(busy)
    assert post["text"].startswith("Your texts, 2 – 8 March 2026: ")
    kinds = [block["type"] for block in post["blocks"]]
    assert kinds == ["header", "section", "image", "context"]
    (chart,) = {one.title: one for one in canvas.drawn}.values()
    assert chart.days[0] == "Mon 02"
    assert f"Mon 02 {chart.sent[0]} sent, {chart.received[0]} received" in str(post["blocks"])
    for _ in range(3):
        busy.clock.advance(hours=20)
        assert not await turn(digester(busy))
    assert len(await posts(busy)) == 1


async def test_the_next_week_is_told_the_next_monday(busy: Rig) -> None:
    hand = digester(busy)
    await turn(hand)
    past(Random(4), MONDAY, WEEK, 30)
    busy.clock.set(MONDAY + WEEK)
    await turn(hand)
    assert [post["text"][:30] for post in await posts(busy)] == [
        "Your texts, 2 – 8 March 2026: ",
        "Your texts, 9 – 15 March 2026:",
    ]


async def test_who_begins_in_the_middle_of_a_week_waits_for_the_next(busy: Rig) -> None:
    busy.clock.advance(days=3, seconds=1)
    assert not await turn(digester(busy))


async def test_of_a_week_without_texts_nothing_is_told(rig: Rig) -> None:
    rig.clock.set(MONDAY)
    hand = digester(rig)
    assert await turn(hand)
    assert not await turn(hand)
    assert await posts(rig) == []
    assert Digest.objects.get().ts == "-"


def claimed(hand: Digester) -> Claim:
    held = hand.claim()
    assert held
    return held


class Killed(BaseException):
    """The process is gone."""


async def dying(busy: Rig, where: str) -> None:
    """A worker that is killed right after that call of the chat's."""
    chat = busy.chat
    true = getattr(chat, where)

    async def fatal(*given: Any, **named: Any) -> Any:
        await true(*given, **named)
        raise Killed

    class Doomed:
        """The same chat, in a process that ends."""

        def __getattr__(self, name: str) -> Any:
            return fatal if name == where else getattr(chat, name)

        def of(self, *_: Any) -> "Doomed":
            return self

    doomed: Any = Doomed()
    hand = Digester(doomed, Canvas(), busy.clock, POLICY, TIMING)
    held = await asyncio.to_thread(claimed, hand)
    with pytest.raises(Killed):
        await hand.carry_out(held)


@pytest.mark.parametrize("where", ["upload", "announce"])
async def test_who_is_killed_after_the_upload_or_the_post_leaves_one_post(
    busy: Rig, where: str
) -> None:
    await dying(busy, where)
    assert not await turn(digester(busy))
    busy.clock.advance(seconds=LEASE.total_seconds())
    assert await turn(digester(busy))
    (post,) = await posts(busy)
    assert "image" in [block["type"] for block in post["blocks"]]
    assert Digest.objects.get().ts == post["ts"]


async def test_a_picture_that_is_there_already_is_not_drawn_again(busy: Rig) -> None:
    await busy.fault("chat.postMessage", "answer", status=503, body="")
    canvas = Canvas()
    hand = digester(busy, canvas)
    await turn(hand)
    busy.clock.advance(seconds=LEASE.total_seconds())
    await turn(hand)
    assert len(await posts(busy)) == len(canvas.drawn) == 1


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("chat.postMessage", {"action": "drop_reply"}),
        ("chat.postMessage", {"action": "drop_request"}),
        ("chat.postMessage", {"action": "answer", "status": 503, "body": ""}),
        ("files.getUploadURLExternal", {"action": "answer", "status": 503, "body": ""}),
    ],
)
async def test_while_slack_is_away_it_comes_later_and_once(
    busy: Rig, method: str, fault: dict[str, Any]
) -> None:
    await busy.fault(method, fault.pop("action"), times=2, **fault)
    hand = digester(busy)
    for _ in range(6):
        await turn(hand)
        busy.clock.advance(seconds=LEASE.total_seconds() + 60)
    assert len(await posts(busy)) == 1
    assert not await turn(hand)


async def test_where_no_files_are_allowed_the_words_are_told_alone(busy: Rig) -> None:
    refusal = {"ok": False, "error": "file_uploads_disabled"}
    await busy.fault("files.getUploadURLExternal", "answer", status=200, body=refusal)
    await turn(digester(busy))
    (post,) = await posts(busy)
    assert [block["type"] for block in post["blocks"]] == ["header", "section", "context"]


async def test_a_picture_that_slack_refuses_is_left_out_at_last(busy: Rig) -> None:
    refusal = {"ok": False, "error": "invalid_blocks"}
    await busy.fault("chat.postMessage", "answer", status=200, body=refusal, times=2)
    hand = digester(busy)
    for _ in range(4):
        await turn(hand)
        busy.clock.advance(minutes=11)
    (post,) = await posts(busy)
    assert [block["type"] for block in post["blocks"]] == ["header", "section", "context"]


async def test_two_workers_tell_it_once(busy: Rig) -> None:
    done = await asyncio.gather(*(turn(digester(busy)) for _ in range(3)))
    assert sum(done) == len(await posts(busy)) == 1


async def test_a_week_that_could_not_be_told_before_the_next_is_let_go(busy: Rig) -> None:
    await asyncio.to_thread(claimed, digester(busy))
    busy.clock.set(MONDAY + WEEK)
    assert await turn(digester(busy))
    assert Digest.objects(ts__exists=True).get().monday == "2026-03-16"
    assert Digest.objects(work__due_at__exists=True).count() == 0


def test_the_picture_is_a_png_of_bars_also_where_nothing_happened() -> None:
    days = tuple("1234567")
    some, none = (3, 0, 5, 1, 1, 2, 9), (0,) * 7
    pictures = [Drawer().draw(Chart("A week", days, one, one, none, none)) for one in (some, none)]
    assert all(one.startswith(PNG) for one in pictures)
    with Image.open(BytesIO(pictures[0])) as shown:
        assert shown.size == (960, 450)
        colours = {colour for _, colour in shown.convert("RGB").getcolors(1_000_000) or ()}
    assert {(0x12, 0x64, 0xA3), (0x2B, 0xAC, 0x76)} <= colours
