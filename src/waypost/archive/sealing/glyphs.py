"""Text as the fonts can show it: a character without a glyph becomes its code point, `⟦U+1F9FF⟧`, and is counted."""

import re
import unicodedata
from collections import Counter
from typing import Any

from waypost.archive.sealing.coverage import covered
from waypost.archive.sealing.fonts import TEXT, engine_fonts

_INVISIBLE = frozenset(
    (0x00AD, 0x034F, 0x061C, *range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202D))
    + (*range(0x2060, 0x2065), *range(0x2066, 0x206A), *range(0xFE00, 0xFE10))
    + (*range(0xE0020, 0xE0080), *range(0xE0100, 0xE01F0))
)
"""Joiners, selectors and marks of direction: they shape what stands beside them and have no glyph of their own."""
_SAID_OTHERWISE = {0x09: "\t", 0x0A: "\n", 0x0D: "", 0x85: "\n", 0x2028: "\n", 0x2029: "\n", 0xFEFF: "\u2060"}
"""Line breaks by other names; a byte order mark inside a text is a word joiner (Unicode 3.2)."""
_OVERRIDES = frozenset((0x202D, 0x202E))
"""Characters that print a text in another order than it was written: on a sealed page they are shown."""
_PLAIN = re.compile(r"[\t\n -~]*")
_NEVER = frozenset(("Cn", "Co", "Cs", "Cc"))
MOST_ASKED = 500
"""Characters outside the font files that the engine is asked about; what is beyond is shown by its code point."""


class Glyphs(dict[int, str]):
    """A translation table that learns: what each character of one document is printed as."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = 0
        self.replaced: Counter[int] = Counter()

    def __missing__(self, code: int) -> str:
        self[code] = self._printed(code)
        return self[code]

    def refuse(self, characters: str) -> bool:
        """The engine could not show these after all; whether that is news."""
        fresh = [ord(one) for one in characters if self.get(ord(one)) != shown_as_code(ord(one))]
        self.update({code: shown_as_code(code) for code in fresh})
        return bool(fresh)

    def shown(self, text: str) -> str:
        """The text as it is printed."""
        if _PLAIN.fullmatch(text):
            return text
        printed = text.translate(self)
        if "⟦U+" in printed:
            self.replaced.update(code for one in text if self[code := ord(one)] == shown_as_code(code))
        return printed

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
        if code in _INVISIBLE or (code in covered() and code >= 0x20 and code != 0x7F):
            return chr(code)
        return chr(code) if self._engine_has(code) else shown_as_code(code)

    def _engine_has(self, code: int) -> bool:
        """The engine's own fonts are asked by printing the character: their tables are not files."""
        if unicodedata.category(chr(code)) in _NEVER or self._asked >= MOST_ASKED:
            return False
        self._asked += 1
        return _printable(chr(code))


def shown_as_code(code: int) -> str:
    """`⟦U+1F9FF⟧`"""
    return f"⟦U+{code:04X}⟧"


def _printable(character: str) -> bool:
    import typst

    families = ", ".join(f'"{name}"' for name in TEXT)
    source = f'#set document(title: "x")\n#set text(font: ({families}), fallback: false, lang: "en")\n#sys.inputs.one'
    compiler = typst.Compiler({"main.typ": source.encode()}, font_paths=engine_fonts(), sys_inputs={"one": character})
    try:
        compiler.compile(format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=0)
    except typst.TypstError:
        return False
    return True
