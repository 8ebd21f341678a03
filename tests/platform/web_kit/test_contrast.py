"""Contrast: every pair of tokens that carries text is measured, light and dark (WCAG 2.2, 1.4.3, 1.4.6, 1.4.11)."""

import math
import re

import pytest

from waypost.platform.web.assets import STATIC

Colour = tuple[float, float, float]
TOKENS = (STATIC / "css" / "tokens.css").read_text("utf-8")
PAIR = re.compile(r"--([\w-]+): light-dark\(oklch\(([^)]*)\), oklch\(([^)]*)\)\);")
ALIAS = re.compile(r"--([\w-]+): var\(--([\w-]+)\);")
GROUNDS = ("paper", "sunk", "hover", "float")
MEANINGS = ("accent", "new", "waiting", "done", "danger", "machine")


def luminance(words: str) -> float:
    """Relative luminance of an OKLCH colour (CSS Color 4, 10.9; WCAG 2.2)."""
    lightness, chroma, hue = (float(part.rstrip("%")) for part in words.split()[:3])
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness / 100 + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness / 100 - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness / 100 - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return sum(
        share * min(max(part, 0), 1) for share, part in zip((0.2126, 0.7152, 0.0722), (red, green, blue), strict=True)
    )


def palette(dark: bool) -> dict[str, float]:
    """Luminance by token."""
    colours = {name: luminance(words[dark]) for name, *words in PAIR.findall(TOKENS)}
    return colours | {name: colours[of] for name, of in ALIAS.findall(TOKENS) if of in colours}


def contrast(one: float, other: float) -> float:
    """From 1 to 21."""
    low, high = sorted((one, other))
    return (high + 0.05) / (low + 0.05)


PAIRS = [
    *((7.0, text, ground) for text in ("ink", "text") for ground in (*GROUNDS, "press")),
    *((4.5, text, ground) for text in ("muted", "soft") for ground in (*GROUNDS, "accent-wash", "press")),
    *((4.5, text, ground) for text in MEANINGS for ground in (*GROUNDS, f"{text}-wash")),
    *((7.0, "ink", f"{meaning}-wash") for meaning in MEANINGS),
    (4.5, "soft", "waiting-wash"),
    (4.5, "soft", "danger-wash"),
    (4.5, "on-accent", "accent-solid"),
    (4.5, "on-accent", "accent-solid-hover"),
    *((3.0, edge, ground) for edge in ("control", "focus") for ground in GROUNDS),
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("least", "text", "ground"), PAIRS)
def test_what_carries_meaning_can_be_read(least: float, text: str, ground: str, dark: bool) -> None:
    colours = palette(dark)
    assert contrast(colours[text], colours[ground]) >= least


def test_the_measure_agrees_with_black_on_white() -> None:
    assert contrast(luminance("0% 0 0"), luminance("100% 0 0")) == pytest.approx(21, abs=0.01)


def test_no_component_brings_a_colour_of_its_own() -> None:
    allowed = {"answer.css", "float.css"}
    """The dark ground of a toast and the veil behind a dialog are the same in both themes."""
    for file in (STATIC / "css" / "components").glob("*.css"):
        assert file.name in allowed or not re.search(r"oklch\(|#[0-9a-f]{3,8}\b|rgb", file.read_text("utf-8")), (
            file.name
        )
