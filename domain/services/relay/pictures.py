"""What a post shows and says of the files that go with a text."""

from collections import Counter
from collections.abc import Iterator, Sequence

from domain.model import Attachment, Message, Wanted
from domain.rules import media
from domain.values import Picture

FILE = "a file"
FETCHING = "📎 {what} {are} being fetched."
LOST = "📎 {what} could not be had: {why}"
UNSHOWN = "📎 {name} is kept, but cannot be shown here: {why}"


def shown(message: Message, *, first: bool) -> tuple[Picture, ...]:
    """Those that the chat has a copy of; all together, unless one of them keeps us waiting."""
    if first or (_pending(message) and not _is_late(message)):
        return ()
    return tuple(
        Picture(one.chat_id, one.name or FILE, one.chat_link or "", framed=_is_framed(message, one))
        for one in message.media
        if one.chat_id
    )


def named(message: Message, others: Sequence[Picture]) -> tuple[str, ...]:
    """What went with a text of ours and is not shown, by its name."""
    if message.direction == "inbound":
        return ()
    ids = {one.id for one in others}
    return tuple(one.name or FILE for one in message.media if one.chat_id not in ids)


def elsewhere(message: Message) -> tuple[str, ...]:
    """Addresses of what nobody copies: a program's own, and those of former times."""
    ours = {one.place for one in (*message.media, *message.wanted)}
    inbound = message.direction == "inbound"
    urls = enumerate(message.media_urls)
    return tuple(url for place, url in urls if not inbound or place not in ours)


def notes(message: Message, first: bool) -> Iterator[str]:
    """What is still on its way to an agent's eyes, and what will never come."""
    if message.direction == "inbound":
        pending = _pending(message)
        together = first or (pending and not _is_late(message))
        waiting = _expected(message) if together else pending
        if waiting:
            yield FETCHING.format(what=_told(waiting), are="is" if len(waiting) == 1 else "are")
        lost = [one for one in message.wanted if one.problem]
        for why in Counter(one.problem for one in lost):
            of_it = [one for one in lost if one.problem == why]
            yield LOST.format(what=_told(of_it), why=why)
    for one in message.media:
        if one.problem:
            yield UNSHOWN.format(name=one.name or FILE, why=one.problem)


def _pending(message: Message) -> list[Attachment | Wanted]:
    """What may still come."""
    unseen = [one for one in message.media if not one.chat_id and not one.problem]
    lacking = [one for one in message.wanted if not one.problem]
    return [*unseen, *lacking] if message.direction == "inbound" else []


def _expected(message: Message) -> list[Attachment | Wanted]:
    """Whatever came with it and is not lost."""
    return [one for one in (*message.media, *message.wanted) if not one.problem]


def _is_late(message: Message) -> bool:
    """Whether a file had to be put off: then the others are shown without it."""
    return bool(message.fetch and message.fetch.last_error)


def _is_framed(message: Message, one: Attachment) -> bool:
    return one.content_type in media.PICTURES and not message.shadow.plain


def _told(files: Sequence[Attachment | Wanted]) -> str:
    """How many of what."""
    pictures = all(one.content_type.startswith("image/") for one in files)
    noun = "picture" if pictures else "file"
    return f"{len(files)} {noun}{'' if len(files) == 1 else 's'}"
