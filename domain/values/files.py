"""Files on their way between the carrier, our store and the chat."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FileRef:
    """A file that somebody put into the chat, by the chat's own id of it."""

    id: str
    name: str = ""
    content_type: str = ""


@dataclass(frozen=True)
class Content:
    """A whole file as it was fetched; its name and type are only what the other side says."""

    data: bytes
    name: str = ""
    content_type: str = ""


@dataclass(frozen=True)
class Unavailable:
    """A file that will never be had, sent or shown: a plain sentence, and what to do."""

    reason: str
    help: str = ""

    @property
    def told(self) -> str:
        """Both."""
        return f"{self.reason} {self.help}".strip()


@dataclass(frozen=True)
class Uploaded:
    """The chat has a copy, which nobody sees before a post shows it."""

    id: str
    link: str = ""


@dataclass(frozen=True)
class Picture:
    """A file as a post shows it, by the chat's own id: itself if it is `framed`, else its link."""

    id: str
    name: str
    link: str = ""
    framed: bool = False
