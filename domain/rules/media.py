"""What carriers take as a picture or file, told by its first bytes, never by its name."""

import re
import unicodedata

HEAD = 64
"""So many bytes tell what a file is."""
MOST_PICTURE = 5_000_000
MOST_OTHER = 500_000
MOST_TOGETHER = 5_000_000
LONGEST_NAME = 100

PICTURES = frozenset({"image/jpeg", "image/png", "image/gif"})
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "application/pdf": "pdf",
    "text/vcard": "vcf",
    "text/calendar": "ics",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
    "video/quicktime": "mov",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/amr": "amr",
    "audio/ogg": "ogg",
}
"""What is taken, with the ending that its name gets."""

_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"#!AMR\n", "audio/amr"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
)
_CARDS = ((b"BEGIN:VCARD", "text/vcard"), (b"BEGIN:VCALENDAR", "text/calendar"))
# An ISO media file names its brand; pictures of this form (heic, avif) are not taken.
_BRANDS = (
    (re.compile(rb"3g[pgrs2]."), "video/3gpp"),
    (re.compile(rb"qt  "), "video/quicktime"),
    (re.compile(rb"M4[AB] "), "audio/mp4"),
    (re.compile(rb"isom|iso[2-9]|mp4[12]|avc1|M4V.|MSNV|dash|f4v "), "video/mp4"),
)
_MARKS = b"\xef\xbb\xbf \t\r\n"


def kind_of(head: bytes) -> str | None:
    """The MIME type of a file that begins so; None for what carriers do not take."""
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    for beginning, kind in _CARDS:
        if head.lstrip(_MARKS).upper().startswith(beginning):
            return kind
    if head[4:8] == b"ftyp":
        return next((kind for brand, kind in _BRANDS if brand.fullmatch(head[8:12])), None)
    return "audio/mpeg" if _is_mpeg_frame(head) else None


def most_bytes(kind: str) -> int:
    """How large a file of that type may be."""
    return MOST_PICTURE if kind in PICTURES else MOST_OTHER


def safe_name(name: str, kind: str) -> str:
    """A name without folders or anything invisible, with the ending that its type has."""
    last = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    seen = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in last)
    plain = re.sub(r'[<>:"|?*\s]+', " ", seen).strip(" .")
    stem = plain.rpartition(".")[0] or plain
    return f"{stem[: LONGEST_NAME - 5].strip(' .') or 'file'}.{ENDINGS[kind]}"


def _is_mpeg_frame(head: bytes) -> bool:
    """An MP3's first frame: eleven set bits, layer III, neither rate a forbidden one."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return False
    return head[1] & 0x18 != 0x08 and head[2] >> 4 not in (0x0, 0xF) and head[2] & 0x0C != 0x0C
