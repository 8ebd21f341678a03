"""Pictures of strangers: what is printed, what is not, and that none of them is fatal."""

import io
import zlib
from typing import Any

import pytest
from PIL import Image

from tests.archive.sealing.cases import drawing
from waypost.archive.sealing.pictures import MOST_BYTES, WIDEST, NotShown, bare, picture


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP", "BMP", "TIFF", "ICO"])
def test_drawings_become_png(form: str) -> None:
    made = picture(drawing(form, (32, 32)))
    assert (made.suffix, made.width, made.height) == ("png", 32, 32)
    assert Image.open(io.BytesIO(made.content)).format == "PNG"


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_every_way_of_colouring_is_flattened(mode: str) -> None:
    made = picture(drawing("PNG", mode=mode))
    assert Image.open(io.BytesIO(made.content)).mode in ("RGB", "RGBA")


def test_photos_stay_as_they_were_taken_without_what_they_carry() -> None:
    carrying = drawing("JPEG", icc_profile=b"x" * 5_000, comment=b"my home", exif=_exif(1))
    made = picture(carrying)
    assert made.suffix == "jpg"
    assert b"my home" not in made.content
    assert len(made.content) < len(carrying) - 5_000
    assert _pixels(made.content) == _pixels(carrying)


def test_a_turned_photo_is_upright() -> None:
    made = picture(drawing("JPEG", (60, 40), exif=_exif(6)))
    assert (made.width, made.height) == (40, 60)


def test_print_colours_become_screen_colours() -> None:
    made = picture(drawing("JPEG", mode="CMYK"))
    assert Image.open(io.BytesIO(made.content)).mode == "RGB"


def test_large_pictures_are_made_smaller() -> None:
    for form in ("PNG", "JPEG"):
        made = picture(drawing(form, (5_000, 500)))
        assert (made.width, made.height) == (WIDEST, WIDEST // 10)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "format"),
        (b"%PDF-1.7", "format"),
        (drawing("PNG")[:60], "broken"),
        (drawing("JPEG", (600, 400))[:900], "broken"),
        (b"\0" * (MOST_BYTES + 1), "large"),
    ],
)
def test_what_cannot_be_shown_says_why(content: bytes, why: str) -> None:
    with pytest.raises(NotShown) as refused:
        picture(content)
    assert refused.value.why == why


def test_a_bomb_is_not_opened() -> None:
    """A header that promises forty thousand pixels a side."""
    head = (40_000).to_bytes(4) * 2 + b"\x08\x02\0\0\0"
    with pytest.raises(NotShown) as refused:
        picture(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", b"") + _chunk(b"IEND", b""))
    assert refused.value.why == "large"


def test_every_byte_may_be_damaged() -> None:
    for form in ("PNG", "JPEG", "GIF"):
        whole = bytearray(drawing(form, (16, 16)))
        for place in range(0, len(whole), 7):
            damaged = bytes(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :])
            try:
                assert picture(damaged).width
            except NotShown as refused:
                assert refused.why


def test_segments_without_an_end_are_left_as_they_are() -> None:
    assert bare(b"\xff\xd8\xff\xe1\xff\xff") == b"\xff\xd8"
    assert bare(b"\xff\xd8") == b"\xff\xd8"


def _chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def _exif(turned: int) -> Any:
    exif = Image.Exif()
    exif[0x0112] = turned
    return exif


def _pixels(content: bytes) -> bytes:
    return Image.open(io.BytesIO(content)).tobytes()
