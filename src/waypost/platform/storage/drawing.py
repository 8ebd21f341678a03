"""Pages of a PDF as pictures. Foreign bytes meet a large library here, so this runs in a child process only.

The library is loaded there as well: the processes that ask stay small.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

MOST_PAGES = 20
"""Pages that are shown; the file itself has the rest."""
WIDEST, HIGHEST = 1_100, 1_600
"""Pixels of a picture: a page of absurd size becomes a small one, never a large picture."""
QUALITY = 82


class Undrawable(ValueError):
    """The bytes are no PDF that can be shown: broken, locked with a password, or without such a page."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One page as WebP."""

    webp: bytes
    width: int
    height: int


def count_pages(data: bytes) -> int:
    """How many pages the PDF has; refuses with `Undrawable`."""
    document = _opened(data)
    try:
        return len(document)
    finally:
        document.close()


def draw_page(data: bytes, number: int) -> Drawn:
    """Page `number` (from 1) within `WIDEST` by `HIGHEST` pixels; refuses with `Undrawable`."""
    from pypdfium2 import PdfiumError  # type: ignore[import-untyped]  # the package carries no types

    document = _opened(data)
    try:
        if not 1 <= number <= min(len(document), MOST_PAGES):
            raise Undrawable("no such page")
        return _drawn(document[number - 1])
    except PdfiumError:
        raise Undrawable("the page is broken") from None
    finally:
        document.close()


def _opened(data: bytes) -> Any:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        return PdfDocument(data)
    except PdfiumError:
        raise Undrawable("broken or locked") from None


def _drawn(page: Any) -> Drawn:
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        raise Undrawable("the page has no size")
    picture = page.render(scale=min(WIDEST / width, HIGHEST / height)).to_pil().convert("RGB")
    picture.thumbnail((WIDEST, HIGHEST))
    packed = BytesIO()
    picture.save(packed, "WEBP", quality=QUALITY)
    return Drawn(packed.getvalue(), picture.width, picture.height)
