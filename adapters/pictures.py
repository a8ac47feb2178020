"""Pictures made such as carriers take them. Implements domain.ports.Fitting.

What the camera noted (place, time, device) never leaves with a picture: it is written anew, and
only what is moving is left as it is.
"""

import io
import threading
from typing import TYPE_CHECKING

from domain.rules import fitting, media
from domain.rules.fitting import Try
from domain.values import Content, Unavailable

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")
SHRINKING = frozenset({"JPEG", "MPO"})  # the latter is a JPEG with more pictures behind it
DRAWN = frozenset({"PNG", "GIF", "BMP"})
WHITE = (255, 255, 255)
BROKEN = "This picture cannot be read: it is broken or incomplete."
BROKEN_HELP = "Open it, save it as JPEG, and send it again."
APPLE = "This picture is in Apple's HEIC form, which carriers do not take."
APPLE_HELP = "Send it as JPEG: a screenshot of it will do."
TOO_MANY = "This picture has more pixels than can be handled ({width:,} × {height:,})."
TOO_MANY_HELP = "Make it smaller and send it again."
MOVING = "This animation has {size:,} bytes; carriers take {room:,}."
MOVING_HELP = "Send a shorter one, or a still picture."
TOO_LARGE = "This picture could not be made small enough for carriers ({room:,} bytes)."

_one_at_a_time = threading.Lock()


def fit(data: bytes, room: int) -> Content | Unavailable:
    """The picture in at most so many bytes; pictures are worked on one at a time."""
    if media.type_of(data[: media.HEAD]) in media.APPLE:
        return Unavailable(APPLE, APPLE_HELP)
    with _one_at_a_time:
        return _fit(data, room)


def _fit(data: bytes, room: int) -> Content | Unavailable:
    import PIL.Image

    try:
        with PIL.Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return _read(image, data, room)
    except (PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning):
        return Unavailable("This picture has more pixels than can be handled.", TOO_MANY_HELP)
    except Exception:  # noqa: BLE001 - decoders raise anything over a broken picture
        return Unavailable(BROKEN, BROKEN_HELP)


def _read(image: "Image", data: bytes, room: int) -> Content | Unavailable:
    """Only the beginning has been looked at so far."""
    width, height = image.size
    shrinks = image.format in SHRINKING
    if fitting.too_many_pixels(width, height, shrinks=shrinks):
        return Unavailable(TOO_MANY.format(width=width, height=height), TOO_MANY_HELP)
    if image.format == "GIF" and getattr(image, "is_animated", False):
        return _moving(data, room)
    if shrinks:
        longest = fitting.LONGEST_SIDES[0]
        image.draft("RGB", fitting.within(width, height, longest))
    drawn = image.format in DRAWN
    upright = _upright(image)
    if drawn or _has_holes(upright):
        return _drawn(upright, room)
    return _photographed(upright, room)


def _moving(data: bytes, room: int) -> Content | Unavailable:
    if len(data) > room:
        return Unavailable(MOVING.format(size=len(data), room=room), MOVING_HELP)
    return Content(data, content_type="image/gif")


def _upright(image: "Image") -> "Image":
    """As the camera was held, in plain colours, small enough to go on with."""
    from PIL import ImageOps

    turned = ImageOps.exif_transpose(image)
    plain = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    plain.thumbnail((fitting.LONGEST_SIDES[0],) * 2)
    plain.info.clear()
    return plain


def _has_holes(image: "Image") -> bool:
    """Whether anything of it can be seen through."""
    return image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255)


def _drawn(image: "Image", room: int) -> Content | Unavailable:
    """A logo or a screenshot stays sharp and keeps its holes, if there is room for that."""
    written = _written(image, "PNG")
    if len(written) <= room:
        return Content(written, content_type="image/png")
    return _photographed(image, room)


def _photographed(image: "Image", room: int) -> Content | Unavailable:
    """As JPEG, on white where it has holes."""
    solid = _solid(image)
    for one in fitting.tries(*solid.size):
        written = _tried(solid, one)
        if len(written) <= room:
            return Content(written, content_type="image/jpeg")
    return Unavailable(TOO_LARGE.format(room=room), TOO_MANY_HELP)


def _solid(image: "Image") -> "Image":
    import PIL.Image

    if image.mode == "RGB":
        return image
    ground = PIL.Image.new("RGB", image.size, WHITE)
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _tried(image: "Image", one: Try) -> bytes:
    size = (one.width, one.height)
    smaller = image if image.size == size else image.resize(size)
    return _written(smaller, "JPEG", quality=one.quality, optimize=True, progressive=True)


def _written(image: "Image", form: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()
