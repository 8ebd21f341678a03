"""Icons: one set (Lucide) from its package, drawn inline so that they take the colour of the words beside them."""

import re
from functools import cache, lru_cache
from html import escape
from importlib.resources import files
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

from markupsafe import Markup

POINTING = frozenset({"arrow-left", "arrow-right", "chevron-left", "chevron-right", "reply", "log-out", "undo-2"})
"""Icons that point along the line of reading and turn round with it."""


class NoSuchIcon(LookupError):
    """The icon set has no drawing of this name."""


@lru_cache(maxsize=2048)
def icon(name: str, label: str | None = None) -> Markup:
    """The icon `name` as inline SVG of 16 px; silent for readers of the screen unless it has a `label`.

    Refuses an unknown name with `NoSuchIcon`, so that a slip shows in the first test that draws the page.
    """
    kind = "icon icon-mirror" if name in POINTING else "icon"
    heard = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(
        f'<svg class="{kind}" width="16" height="16" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" {heard}>{shapes(name)}</svg>'
    )


@cache
def shapes(name: str) -> str:
    """What is inside the drawing: paths and circles, without the frame around them."""
    try:
        drawing = _drawings().read(f"{name}.svg").decode()
    except KeyError:
        raise NoSuchIcon(name) from None
    inner = "".join(ElementTree.tostring(shape, encoding="unicode") for shape in ElementTree.fromstring(drawing))
    return re.sub(r'\s+(?=[<>/])|(?<=>)\s+| xmlns(:ns\d+)?="[^"]*"|(?<=<)ns\d+:', "", inner)


@cache
def _drawings() -> ZipFile:
    return ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))
