"""Icons: inline, silent unless named, and refused when the set has none of that name."""

import re
from pathlib import Path

import pytest

from tests.platform.web_kit.drawing import PACKAGE
from waypost.platform.web.icons import NoSuchIcon, icon

GLYPHS = re.compile(r"""(?:glyph=|\bicon\()(?:\w+\s+or\s+)?["']([a-z0-9-]+)["']""")


def test_an_icon_beside_a_word_is_silent() -> None:
    drawn = icon("inbox")
    assert 'aria-hidden="true"' in drawn
    assert drawn.startswith("<svg") and "xmlns" not in drawn and "\n" not in drawn


def test_an_icon_alone_says_its_label() -> None:
    assert 'role="img" aria-label="Search &amp; find"' in icon("search", "Search & find")


def test_an_icon_that_points_turns_with_the_script() -> None:
    assert "icon-mirror" in icon("arrow-left")
    assert "icon-mirror" not in icon("inbox")


def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(NoSuchIcon, match="no-such-thing"):
        icon("no-such-thing")


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.html")), ids=lambda file: file.name)
def test_every_icon_that_a_template_names_exists(file: Path) -> None:
    for name in GLYPHS.findall(file.read_text("utf-8")):
        assert icon(name)
