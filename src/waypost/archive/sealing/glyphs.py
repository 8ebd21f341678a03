"""Text as the fonts can show it: a character without a glyph becomes its code point, `⟦U+1F9FF⟧`, and is counted."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

from waypost.archive.sealing.coverage import covered
from waypost.archive.sealing.fonts import TEXT, engine_fonts

_INVISIBLE = frozenset(
    code
    for first, last in (
        (0x00AD, 0x00AD),
        (0x034F, 0x034F),
        (0x061C, 0x061C),
        (0x180B, 0x180F),
        (0x200B, 0x200F),
        (0x202A, 0x202C),
        (0x2060, 0x2064),
        (0x2066, 0x2069),
        (0xFE00, 0xFE0F),
        (0xE0020, 0xE007F),
        (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)
"""Joiners, selectors and marks of direction: they shape what stands beside them and have no glyph of their own."""
_SAID_OTHERWISE = {0x09: "\t", 0x0A: "\n", 0x0D: "", 0x85: "\n", 0x2028: "\n", 0x2029: "\n", 0xFEFF: "\u2060"}
"""Line breaks by other names; a byte order mark inside a text is a word joiner (Unicode 3.2)."""
_OVERRIDES = frozenset((0x202D, 0x202E))
"""Characters that print a text in another order than it was written: on a sealed page they are shown."""
_PLAIN = re.compile(r"[\t\n -~]*")
_MARK = "⟦U+"
_SHOWN = re.compile(r"⟦U\+([0-9A-F]{4,6})⟧")
_NEVER = frozenset(("Cn", "Co", "Cs", "Cc"))
MOST_ASKED = 500
"""Characters outside the font files that the engine is asked about; what is beyond is shown by its code point."""


class Glyphs(dict[int, str]):
    """A translation table that learns: what each character of one document is printed as.

    A strict one trusts nothing but the tables of the font files, and takes no mark that combines.
    """

    def __init__(self, *, strict: bool = False) -> None:
        super().__init__({code: chr(code) for code in map(ord, "⟦⟧")})
        self.is_strict = strict
        self._bare: set[str] = set()
        self._same: set[str] = set()
        """What is printed as it is: most texts hold nothing else, and need no translation."""
        self._asked = 0
        self.replaced: Counter[int] = Counter()

    def __missing__(self, code: int) -> str:
        self[code] = self._printed(code)
        return self[code]

    def refuse(self, characters: str) -> bool:
        """The engine could not show these after all; whether that is news.

        What the fonts surely have fails with a mark on it that stands in none of the fonts that have it.
        """
        doubtful = {code for code in map(ord, characters) if code not in covered() or _combines(code)}
        fresh = {code for code in doubtful if self.get(code) != shown_as_code(code)}
        bare = {one for one in characters if ord(one) not in doubtful} - self._bare
        self.update({code: shown_as_code(code) for code in fresh})
        self._bare |= bare
        self._same.clear()
        return bool(fresh or bare)

    def shown(self, text: str) -> str:
        """The text as it is printed."""
        if _PLAIN.fullmatch(text):
            return text
        if not self._bare.isdisjoint(text):
            text = "".join(self._apart(text))
        if self._same.issuperset(text):
            return text
        printed = text.translate(self)
        if printed == text:
            self._same.update(text)
        if _MARK in printed:
            self.replaced.update(int(code, 16) for code in _SHOWN.findall(printed))
        return printed

    def _apart(self, text: str) -> Iterator[str]:
        """Marks on characters that cannot carry them, by their code points."""
        carries = True
        for one in text:
            is_mark = _combines(ord(one))
            carries = carries if is_mark else one not in self._bare
            yield shown_as_code(ord(one)) if is_mark and not carries else one

    def everywhere(self, value: Any) -> Any:
        """The same for every text of a JSON value."""
        if isinstance(value, str):
            return self.shown(value)
        if isinstance(value, list | tuple):
            return [self.everywhere(one) for one in value]
        if isinstance(value, dict):
            return {name: self.everywhere(one) for name, one in value.items()}
        return value

    def _printed(self, code: int) -> str:
        if code in _SAID_OTHERWISE:
            return _SAID_OTHERWISE[code]
        if code in _OVERRIDES:
            return shown_as_code(code)
        if code < 0x20 or code == 0x7F or (self.is_strict and _combines(code)):
            return shown_as_code(code)
        shown = code in _INVISIBLE or code in covered() or (not self.is_strict and self._engine_has(code))
        return chr(code) if shown else shown_as_code(code)

    def _engine_has(self, code: int) -> bool:
        """The engine's own fonts are asked by printing the character: their tables are not files."""
        if unicodedata.category(chr(code)) in _NEVER or self._asked >= MOST_ASKED:
            return False
        self._asked += 1
        return _printable(chr(code))


def shown_as_code(code: int) -> str:
    """`⟦U+1F9FF⟧`"""
    return f"⟦U+{code:04X}⟧"


def _combines(code: int) -> bool:
    return unicodedata.category(chr(code)).startswith("M")


def _printable(character: str) -> bool:
    """Between letters: a mark by itself is taken for shown where it is not."""
    import typst

    families = ", ".join(f'"{name}"' for name in TEXT)
    source = f'#set document(title: "x")\n#set text(font: ({families}), fallback: false, lang: "en")\n#sys.inputs.one'
    compiler = typst.Compiler(source.encode(), font_paths=engine_fonts(), sys_inputs={"one": f"a{character}a"})
    try:
        compiler.compile(format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=0)
    except typst.TypstError:
        return False
    return True
