"""What a file is, told by its first bytes; how large it may be; what it may be called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.media import (
    ALL_ENDINGS,
    BYTES,
    ENDINGS,
    LONGEST_NAME,
    is_page,
    kind_of,
    most_bytes,
    numbered_name,
    safe_name,
    type_of,
)

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\xff\xd8\xff\xe1\x00\x10Exif", "image/jpeg"),
        (PNG, "image/png"),
        (b"GIF89a\x01\x00", "image/gif"),
        (b"GIF87a\x01\x00", "image/gif"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"BEGIN:VCARD\r\nVERSION:3.0", "text/vcard"),
        (b"\xef\xbb\xbfbegin:vcard\n", "text/vcard"),
        (b"BEGIN:VCALENDAR\r\n", "text/calendar"),
        (b"\x00\x00\x00\x18ftypmp42\x00", "video/mp4"),
        (b"\x00\x00\x00\x18ftypisom\x00", "video/mp4"),
        (b"\x00\x00\x00\x18ftyp3gp5\x00", "video/3gpp"),
        (b"\x00\x00\x00\x18ftyp3g2a\x00", "video/3gpp"),
        (b"\x00\x00\x00\x14ftypqt  \x00", "video/quicktime"),
        (b"\x00\x00\x00\x1cftypM4A \x00", "audio/mp4"),
        (b"ID3\x04\x00", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"\xff\xf3\x18\xc4", "audio/mpeg"),
        (b"#!AMR\n<", "audio/amr"),
        (b"OggS\x00\x02", "audio/ogg"),
    ],
)
def test_what_carriers_take_is_known_by_its_beginning(head: bytes, kind: str) -> None:
    assert kind_of(head) == kind
    assert kind in ENDINGS


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\x00" * 64,
        b"hello",
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<!-- \xff\xd8\xff -->",
        b"MZ\x90\x00",
        b"PK\x03\x04",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        b"\x00\x00\x00\x18ftypheic\x00",
        b"\x00\x00\x00\x18ftypavif\x00",
        b"\x00\x00\x00\x18ftyp",
        b"\xff\xfe<\x00h\x00",
        b"\xff\xff\xff\xff",
        b"\xff\xfb\xf0\x64",
        b"\xff\xfb",
        b"GIF88a",
        b"BEGIN:",
        b"\x89PN",
    ],
)
def test_what_they_do_not_take_is_not_known(head: bytes) -> None:
    assert kind_of(head) is None


@given(st.binary(max_size=64))
def test_any_bytes_are_a_known_kind_or_none(head: bytes) -> None:
    assert kind_of(head) in {None, *ENDINGS}


def test_pictures_may_be_ten_times_as_large_as_the_rest() -> None:
    sizes = {kind: most_bytes(kind) for kind in ENDINGS}
    large = {kind for kind, size in sizes.items() if size == 5_000_000}
    assert large == {"image/jpeg", "image/png", "image/gif"}
    assert {sizes[kind] for kind in sizes.keys() - large} == {500_000}


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("photo.jpg", "photo.png"),
        ("photo", "photo.png"),
        ("Фото дома.PNG", "Фото дома.png"),
        ("invoice.pdf.exe", "invoice.pdf.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Users\\Jane\\house.png", "house.png"),
        ("a\x00b\r\nc.png", "a b c.png"),
        ("\u202egnp.exe", "gnp.png"),
        ('a"b<c>d|e?f*g:h.png', "a b c d e f g h.png"),
        ("", "file.png"),
        (".", "file.png"),
        ("...", "file.png"),
        (".png", "png.png"),
        ("/", "file.png"),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name, "image/png") == safe


@given(st.text(max_size=400), st.sampled_from(sorted(ENDINGS)))
def test_any_name_becomes_a_short_visible_one(name: str, kind: str) -> None:
    made = safe_name(name, kind)
    assert 0 < len(made) <= LONGEST_NAME
    assert made.endswith(f".{ENDINGS[kind]}")
    assert not set(made) & set('/\\<>:"|?*\x00\n')
    assert safe_name(made, kind) == made


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (PNG, "image/png"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"BM\x36\x10\x00\x00\x00\x00\x00\x00\x36", "image/bmp"),
        (b"II*\x00\x08\x00", "image/tiff"),
        (b"MM\x00*\x00\x08", "image/tiff"),
        (b"\x00\x00\x00\x18ftypheic\x00", "image/heic"),
        (b"\x00\x00\x00\x18ftypmif1\x00", "image/heic"),
        (b"\x00\x00\x00\x18ftypavif\x00", "image/avif"),
        (b"<svg xmlns='x'><script>", BYTES),
        (b"<html><script>", BYTES),
        (b"BMW is a car", BYTES),
        (b"RIFF\x10\x00\x00\x00WAVE", BYTES),
        (b"", BYTES),
    ],
)
def test_any_file_has_a_type_and_a_page_or_a_drawing_with_scripts_is_only_bytes(
    head: bytes, kind: str
) -> None:
    assert type_of(head) == kind


@given(st.binary(max_size=80))
def test_a_type_is_one_that_has_an_ending_or_none(head: bytes) -> None:
    kind = type_of(head)
    assert kind == BYTES or kind in ALL_ENDINGS
    assert kind_of(head) in (kind, None)


@pytest.mark.parametrize(
    ("head", "page"),
    [
        (b"<!DOCTYPE html><title>Sign in", True),
        (b"\n  <HTML lang=en>", True),
        (b"\xef\xbb\xbf<!doctype html>", True),
        (PNG, False),
        (b"<svg>", False),
        (b"", False),
    ],
)
def test_a_page_is_told_from_a_file(head: bytes, page: bool) -> None:
    assert is_page(head) is page


def test_what_came_without_a_name_gets_one() -> None:
    assert numbered_name("image/jpeg", 0) == "picture-1.jpg"
    assert numbered_name("image/heic", 1) == "picture-2.heic"
    assert numbered_name("text/vcard", 2) == "file-3.vcf"
    assert numbered_name(BYTES, 9) == "file-10.bin"


def test_a_file_that_is_only_bytes_does_not_keep_its_ending() -> None:
    assert safe_name("invoice.pdf.exe", BYTES) == "invoice.pdf.bin"
