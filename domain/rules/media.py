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
CONVERTIBLE = {
    "image/webp": "webp",
    "image/avif": "avif",
    "image/bmp": "bmp",
    "image/tiff": "tif",
}
"""Pictures that no carrier takes, but that can be made into one that they do."""
APPLE = {"image/heic": "heic"}
"""What phones make and nobody else reads."""
BYTES = "application/octet-stream"
ALL_ENDINGS = ENDINGS | CONVERTIBLE | APPLE

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
_PAGES = (b"<!doctype", b"<html")
# What is known besides what is taken: (where it begins, how, what it is).
_OTHERS = (
    (0, re.compile(rb"BM....\0\0\0\0", re.DOTALL), "image/bmp"),
    (0, re.compile(rb"II\*\0|MM\0\*"), "image/tiff"),
    (0, re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (4, re.compile(rb"ftypavi[fs]"), "image/avif"),
    (4, re.compile(rb"ftyp(hei[cxms]|hev[cx]|mif1|msf1)"), "image/heic"),
)


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


def type_of(head: bytes) -> str:
    """The MIME type of any file that begins so, whoever takes it."""
    known = kind_of(head)
    others = (kind for at, begin, kind in _OTHERS if begin.match(head, at))
    return known or next(others, BYTES)


def is_page(head: bytes) -> bool:
    """Whether it is a page of the web instead of the file that was asked for."""
    return head.lstrip(_MARKS).lower().startswith(_PAGES)


def numbered_name(kind: str, place: int) -> str:
    """A name for what came without one, such as `picture-1.jpg`."""
    noun = "picture" if kind.startswith("image/") else "file"
    return f"{noun}-{place + 1}.{ALL_ENDINGS.get(kind, 'bin')}"


def most_bytes(kind: str) -> int:
    """How large a file of that type may be."""
    return MOST_PICTURE if kind in PICTURES else MOST_OTHER


def safe_name(name: str, kind: str) -> str:
    """A name without folders or anything invisible, with the ending that its type has."""
    last = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    seen = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in last)
    plain = re.sub(r'[<>:"|?*\s]+', " ", seen).strip(" .")
    stem = plain.rpartition(".")[0] or plain
    return f"{stem[: LONGEST_NAME - 5].strip(' .') or 'file'}.{ALL_ENDINGS.get(kind, 'bin')}"


def _is_mpeg_frame(head: bytes) -> bool:
    """An MP3's first frame: eleven set bits, layer III, neither rate a forbidden one."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return False
    return head[1] & 0x18 != 0x08 and head[2] >> 4 not in (0x0, 0xF) and head[2] & 0x0C != 0x0C
