"""The engine: data and a template become a PDF that is PDF/A-3a and PDF/UA-1 at once."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from waypost.archive.sealing.fonts import engine_fonts
from waypost.archive.sealing.glyphs import Glyphs
from waypost.archive.sealing.look import Look, own_files, template_files
from waypost.archive.sealing.words import Words

STANDARDS = ["a-3a", "ua-1"]
_UNSHOWABLE = re.compile(r'(?:the text|codepoint) `"(?P<text>.*?)"`', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)", re.DOTALL)
_LISTED = 20
_MOST_ROUNDS = 50
"""Times that the engine may name characters which it cannot show after all."""


class PagesRefused(Exception):
    """The engine does not make pages of this; its own words."""


def compiled(data: Mapping[str, Any], words: Words, look: Look, folder: Path) -> tuple[bytes, tuple[str, ...]]:
    """The PDF, and what is said in it about characters without a glyph.

    Files that the data name are read from `folder`. Refuses with the engine's words (PagesRefused).
    """
    import typst

    texts, glyphs, nothing = sources(look), Glyphs(), folder / "packages"
    for _ in range(_MOST_ROUNDS):
        case, notes = _printable(data, words, glyphs)
        texts["case.json"] = json.dumps(case, ensure_ascii=False).encode()
        compiler = typst.Compiler(
            texts, root=folder, font_paths=engine_fonts(), package_path=nothing, package_cache_path=nothing
        )
        try:
            pdf = compiler.compile(format="pdf", pdf_standards=list(STANDARDS), timestamp=data["taken"])
        except typst.TypstError as error:
            if not glyphs.refuse(unshowable(str(error))):
                raise PagesRefused(str(error)) from None
        else:
            return bytes(pdf or b""), notes
    raise PagesRefused("too many characters without a glyph")


def sources(look: Look) -> dict[str, bytes]:
    """The templates by the names under which they import each other."""
    own = own_files(look)
    shared = [path for path in template_files(look) if path not in own]
    named = {path.name: path.read_bytes() for path in (*own, *shared) if path.suffix == ".typ"}
    return named if own else {**named, "template.typ": named[f"{look.template}.typ"]}


def unshowable(message: str) -> str:
    """The characters that the engine complains about, out of its message; "" when it complains about something else."""
    found = _UNSHOWABLE.search(message)
    return _ESCAPE.sub(_unescaped, found["text"]) if found else ""


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else escape[2]


def _printable(data: Mapping[str, Any], words: Words, glyphs: Glyphs) -> tuple[dict[str, Any], tuple[str, ...]]:
    glyphs.replaced.clear()
    case: dict[str, Any] = glyphs.everywhere(dict(data))
    if not glyphs.replaced:
        return case, ()
    which = [f"U+{code:04X} × {count}" for code, count in sorted(glyphs.replaced.items())]
    listed = ", ".join(which[:_LISTED]) + ("…" if len(which) > _LISTED else "")
    note = words("note_glyphs", n=glyphs.replaced.total(), which=listed)
    case["cover"]["warnings"].append(note)
    return case, (note,)
