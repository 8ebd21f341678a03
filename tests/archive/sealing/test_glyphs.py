"""Every character comes out: as itself, or visibly as its code point."""

import os
import unicodedata
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as some

from tests.archive.sealing.cases import article, case, words
from waypost.archive.sealing.coverage import covered
from waypost.archive.sealing.fonts import engine_fonts, files
from waypost.archive.sealing.glyphs import Glyphs
from waypost.archive.sealing.look import Look
from waypost.archive.sealing.printing import print_directly

PROVE = bool(os.environ.get("PROVE"))
MINIMAL = Look(template="minimal", locale="en_GB")
PLAIN = some.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], max_codepoint=0x24F)
ANY = some.characters(exclude_categories=["Cs"])


def test_scripts_of_the_world_are_covered() -> None:
    text = (
        "aäÿŁ αω Жя Ֆ שלום مرحبا हिन्दी বাংলা ਪੰਜਾਬੀ ગુજરાતી தமிழ் తెలుగు ಕನ್ನಡ മലയാളം "
        "සිංහල ไทย ລາວ မြန်မာ ქართული አማርኛ ខ្មែរ 漢字 かな 한국어 €→√ 😀🧿"
    )
    glyphs = Glyphs()
    assert glyphs.shown(text) == text
    assert not glyphs.replaced


def test_what_no_font_has_is_shown_by_its_code_point_and_counted() -> None:
    glyphs = Glyphs()
    assert glyphs.shown("a\ue000b\U000f1234\ue000") == "a⟦U+E000⟧b⟦U+F1234⟧⟦U+E000⟧"
    assert glyphs.replaced == Counter({0xE000: 2, 0xF1234: 1})


def test_control_characters_and_turned_texts_are_seen() -> None:
    assert Glyphs().shown("exe\u202efdp.\x00\x1b\x7f") == "exe⟦U+202E⟧fdp.⟦U+0000⟧⟦U+001B⟧⟦U+007F⟧"
    assert Glyphs().shown("a\u2028b\x85c\r\nd\ufeffe") == "a\nb\nc\nd\u2060e"
    joined = "👩\u200d💻 ❤\ufe0f \u2067rtl\u2069 co\u00adop"
    assert Glyphs().shown(joined) == joined


def test_the_engine_is_asked_about_its_own_fonts() -> None:
    assert ord("𝒳") not in covered()
    assert Glyphs().shown("𝒳 \u2800") == "𝒳 ⟦U+2800⟧"
    assert Glyphs(strict=True).shown("𝒳") == "⟦U+1D4B3⟧"


def test_a_mark_that_its_letter_cannot_carry_is_taken_off() -> None:
    glyphs = Glyphs()
    assert glyphs.refuse("🛬")
    assert glyphs.shown("🛬\u1acc x\u0301") == "🛬⟦U+1ACC⟧ x\u0301"
    assert not glyphs.refuse("🛬")


def test_only_fonts_of_packages_are_used() -> None:
    inside = {font.path for font in engine_fonts().fonts()}
    assert inside == {None, *(str(path) for path in files())}


def test_a_mark_without_its_glyph_is_found_out_while_printing() -> None:
    pdf, printed = print_directly(case(article("", "🐗\u1acc🛬\u10f47")), MINIMAL)
    assert "🐗" in words(pdf)
    assert pdf.startswith(b"%PDF")
    assert len(printed.notes) <= 1


@settings(max_examples=400 if PROVE else 12, deadline=None)
@given(some.text(PLAIN, min_size=1, max_size=200))
def test_any_text_comes_out_as_text(text: str) -> None:
    """Whatever stands in a mail is printed, and nothing of it is read as Typst."""
    pdf, _ = print_directly(case(article("", f"begin {text} end")), MINIMAL)
    shown = Glyphs().shown(unicodedata.normalize("NFKC", text))
    assert Counter(_letters(shown)) - Counter(_letters(words(pdf))) == Counter()


@settings(max_examples=300 if PROVE else 8, deadline=None)
@given(some.text(ANY, max_size=300), some.text(ANY, max_size=40))
def test_no_text_is_ever_fatal(body: str, title: str) -> None:
    pdf, _ = print_directly(case(article("", body, subject=title)), MINIMAL)
    assert pdf.startswith(b"%PDF")


def _letters(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKC", text) if one.isalnum())
