"""Pictures of mails as the engine and PDF/A take them: bounded, decoded once, without what they carry along.

PNG and JPEG come out; other formats that the decoder knows are converted, everything else is named as not shown.
"""

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PIL import Image

KINDS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "ICO")
MOST_PIXELS = 40_000_000
MOST_BYTES = 20 * 1024 * 1024
WIDEST = 2_000
"""Pixels of the longer side in print; a page is 18 cm wide, so this is about 280 to the inch."""
_KEPT_AS_JPEG = ("RGB", "L")
_TURNED = 0x0112
"""EXIF's tag for how the camera was held."""

_CARRIED = frozenset((*range(0xE1, 0xEE), 0xEF, 0xFE))

Why = Literal["format", "broken", "large"]


@dataclass(frozen=True, slots=True)
class Picture:
    """Ready for print. `width` and `height` are those it was made with, in pixels."""

    content: bytes
    suffix: Literal["png", "jpg"]
    width: int
    height: int


class NotShown(Exception):
    """This picture stays away, and `why`."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


def picture(content: bytes) -> Picture:
    """The picture as it is printed; refuses what is too large, damaged or no picture (NotShown)."""
    from PIL import Image, UnidentifiedImageError

    if len(content) > MOST_BYTES:
        raise NotShown("large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=KINDS) as image:
                return _printed(image, content)
    except UnidentifiedImageError:
        raise NotShown("format") from None
    except Image.DecompressionBombError:
        raise NotShown("large") from None
    except NotShown:
        raise
    except Exception:  # a decoder fails with any class at all
        raise NotShown("broken") from None


def _printed(image: "Image.Image", content: bytes) -> Picture:
    from PIL import ImageOps

    width, height = image.size
    if width * height > MOST_PIXELS:
        raise NotShown("large")
    is_photo = image.format == "JPEG"
    if is_photo and image.mode in _KEPT_AS_JPEG and max(width, height) <= WIDEST and not _turned(image):
        image.load()
        return Picture(bare(content), "jpg", width, height)
    image.draft("RGB", (WIDEST, WIDEST))
    upright = ImageOps.exif_transpose(image) or image
    upright.thumbnail((WIDEST, WIDEST))
    return _as_jpeg(upright) if is_photo else _as_png(upright)


def _turned(image: "Image.Image") -> bool:
    return bool(image.getexif().get(_TURNED, 1) != 1)


def _as_jpeg(image: "Image.Image") -> Picture:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=88)
    return Picture(out.getvalue(), "jpg", *image.size)


def _as_png(image: "Image.Image") -> Picture:
    out = io.BytesIO()
    see_through = "A" in image.getbands() or "transparency" in image.info
    image.convert("RGBA" if see_through else "RGB").save(out, "PNG", compress_level=3)
    return Picture(out.getvalue(), "png", *image.size)


def bare(jpeg: bytes) -> bytes:
    """A JPEG without the segments that only carry something along: colour profiles, camera data, comments.

    (ITU-T T.81 annex B: markers APP1 to APP13, APP15 and COM go; what decoding needs stays.)
    """
    out, place = bytearray(jpeg[:2]), 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF and jpeg[place + 1] != 0xDA:
        marker, end = jpeg[place + 1], place + 2 + int.from_bytes(jpeg[place + 2 : place + 4])
        if marker not in _CARRIED:
            out += jpeg[place:end]
        place = end
    return bytes(out + jpeg[place:])
