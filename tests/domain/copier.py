"""What a worker does with files, by hand."""

from collections.abc import Sequence
from datetime import datetime

from adapters.mongo.files import DatabaseFiles
from domain.model import Message
from domain.services.media import copying, fetching
from domain.services.media.copying import Have, Show
from domain.values import Content, Unavailable
from tests.clock import NOON
from tests.domain.build import fresh

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 92


def as_it_is(data: bytes, room: int) -> Content | Unavailable:
    """Implements domain.ports.Fitting without touching anything."""
    return Content(data, content_type="image/png")


def taken(now: datetime = NOON) -> Message:
    """The message that a worker takes; there must be one."""
    found = fetching.claim(now)
    assert found
    return found


def steps(message: Message, *, chat: bool = True) -> Sequence[Have | Show]:
    return copying.copies(fresh(message), chat=chat)


def haves(message: Message) -> list[Have]:
    return [one for one in steps(message) if isinstance(one, Have)]


def shows(message: Message) -> list[Show]:
    return [one for one in steps(message) if isinstance(one, Show)]


def have(step: Have, files: DatabaseFiles, data: bytes = PNG, now: datetime = NOON) -> None:
    """What a worker does with a file that it got."""
    prepared = fetching.prepared(step, Content(data), as_it_is)
    assert isinstance(prepared, Content)
    fetching.had(step, fetching.kept(prepared, files, now), now)
