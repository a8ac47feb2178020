"""Pictures such as carriers take: small, upright, silent about the camera; nothing breaks."""

import io
import random
import zlib
from typing import Any

import PIL.Image
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.pictures import fit
from domain.values import Content, Unavailable

ROOM = 600_000
ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def noise(width: int, height: int) -> PIL.Image.Image:
    """What compresses badly, as a lawn does."""
    return PIL.Image.effect_noise((width, height), 70).convert("RGB")


def saved(image: PIL.Image.Image, form: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def photo(width: int = 1_800, height: int = 1_200, turned: int = 6) -> bytes:
    """As a camera makes it."""
    exif = PIL.Image.Exif()
    exif[ORIENTATION], exif[MAKER] = turned, "Camera Works"
    exif.get_ifd(GPS)[1] = "N"
    return saved(noise(width, height), "JPEG", quality=95, exif=exif, comment=b"secret place")


def fitted(data: bytes, room: int = ROOM) -> tuple[Content, PIL.Image.Image]:
    """What became of it, read again."""
    made = fit(data, room)
    assert isinstance(made, Content), made
    assert len(made.data) <= room
    image = PIL.Image.open(io.BytesIO(made.data))
    image.load()
    return made, image


def refused(data: bytes, room: int = ROOM) -> Unavailable:
    told = fit(data, room)
    assert isinstance(told, Unavailable)
    assert told.reason.endswith(".")
    return told


@pytest.mark.parametrize("room", [600_000, 100_000, 20_000])
def test_a_photo_becomes_as_small_as_it_must(room: int) -> None:
    made, image = fitted(photo(), room)
    assert (made.content_type, image.format) == ("image/jpeg", "JPEG")
    assert max(image.size) <= 1_600


def test_it_stands_upright() -> None:
    image = PIL.Image.new("RGB", (400, 200), "white")
    image.paste("red", (0, 0, 200, 200))
    exif = PIL.Image.Exif()
    exif[ORIENTATION] = 6  # to be turned by a quarter: what was left is now above
    _, upright = fitted(saved(image, "JPEG", quality=95, exif=exif))
    assert upright.size == (200, 400)
    assert upright.getpixel((100, 50)) == pytest.approx((254, 0, 0), abs=12)
    assert upright.getpixel((100, 350)) == pytest.approx((255, 255, 255), abs=12)


def test_nothing_that_the_camera_noted_goes_along() -> None:
    made, image = fitted(photo())
    assert dict(image.getexif()) == {}
    assert b"secret place" not in made.data
    assert b"Camera Works" not in made.data


def test_a_small_picture_keeps_its_size_and_loses_its_notes() -> None:
    made, image = fitted(photo(320, 240, turned=1))
    assert image.size == (320, 240)
    assert b"Camera Works" not in made.data


@pytest.mark.parametrize("form", ["WEBP", "BMP", "TIFF", "AVIF"])
def test_what_carriers_do_not_take_becomes_what_they_do(form: str) -> None:
    made, image = fitted(saved(noise(900, 700), form))
    assert made.content_type == "image/jpeg"
    assert image.size == (900, 700)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_colours_of_any_kind_can_be_sent(mode: str) -> None:
    form = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    made, image = fitted(saved(PIL.Image.new(mode, (60, 40)), form))
    assert made.content_type == f"image/{form.lower()}"
    assert image.mode in ("RGB", "RGBA")


def test_a_screenshot_stays_sharp() -> None:
    made, image = fitted(saved(PIL.Image.new("RGB", (1_200, 900), "navy"), "PNG"))
    assert made.content_type == "image/png"
    assert image.getpixel((5, 5)) == (0, 0, 128)


def test_a_logo_keeps_its_holes_or_stands_on_white() -> None:
    logo = PIL.Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    assert fitted(saved(logo, "PNG"))[1].mode == "RGBA"
    holes = noise(600, 600).convert("RGBA")
    holes.paste((0, 0, 0, 0), (0, 0, 300, 600))
    made, image = fitted(saved(holes, "PNG"), 60_000)
    assert made.content_type == "image/jpeg"
    assert image.getpixel((5, image.height // 2)) == pytest.approx((255, 255, 255), abs=20)


def animation(frames: int, side: int = 60) -> bytes:
    images = [noise(side, side) for _ in range(frames)]
    return saved(images[0], "GIF", save_all=True, append_images=images[1:], duration=50)


def test_a_small_animation_goes_as_it_is() -> None:
    moving = animation(4)
    assert fit(moving, ROOM) == Content(moving, content_type="image/gif")


def test_a_large_animation_is_refused() -> None:
    told = refused(animation(12, 200), 100_000)
    assert "carriers take 100,000" in told.reason
    assert "still picture" in told.help


def test_a_still_gif_becomes_a_png() -> None:
    assert fitted(animation(1))[0].content_type == "image/png"


def test_what_only_phones_read_is_refused_with_a_way_out() -> None:
    told = refused(b"\x00\x00\x00\x18ftypheic" + b"\0" * 100)
    assert "HEIC" in told.reason
    assert "JPEG" in told.help


def bomb(width: int, height: int) -> bytes:
    """A few bytes that claim to be a wall of pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body).to_bytes(4, "big")
        return len(body).to_bytes(4, "big") + kind + body + check

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    head = chunk(b"IHDR", size + b"\x08\x02\x00\x00\x00")
    body = chunk(b"IDAT", zlib.compress(b"\0" * 100_000, 9))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [5_100, 10_000, 30_000, 2_000_000])
def test_a_bomb_is_not_unpacked(side: int) -> None:
    assert "more pixels" in refused(bomb(side, side)).reason


def test_a_picture_that_breaks_off_is_refused() -> None:
    whole = photo(400, 300)
    assert "broken" in refused(whole[: len(whole) // 2]).reason
    assert "broken" in refused(bomb(1_000, 1_000)).reason


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg onload='x'>", b"<html>", b"%!PS-Adobe", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert "broken" in refused(data).reason


def test_a_program_for_printers_is_not_even_looked_at() -> None:
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n"
    assert "broken" in refused(eps).reason


SEEDS = [
    saved(noise(40, 30), form) for form in ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF")
]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SEEDS), st.integers(0, 2**32), st.integers(1, 12))
def test_a_damaged_picture_is_fitted_or_refused_and_nothing_else(
    seed: bytes, dice: int, hits: int
) -> None:
    chance, damaged = random.Random(dice), bytearray(seed)
    for _ in range(hits):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    made = fit(bytes(damaged), ROOM)
    assert isinstance(made, Unavailable) or len(made.data) <= ROOM
