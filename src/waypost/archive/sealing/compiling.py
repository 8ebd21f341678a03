"""The engine: data and a template become a PDF that is PDF/A-3a and PDF/UA-1 at once."""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waypost.archive.sealing.fonts import engine_fonts
from waypost.archive.sealing.glyphs import Glyphs
from waypost.archive.sealing.look import Look, own_files, template_files
from waypost.archive.sealing.words import Words

if TYPE_CHECKING:
    from typst import PDFStandard

STANDARDS: tuple["PDFStandard", ...] = ("a-3a", "ua-1")
_UNSHOWABLE = re.compile(r'(?:the text|codepoint) `"(?P<text>.*?)"`', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)", re.DOTALL)
_LISTED = 20
_MOST_ROUNDS = 8
"""Times that the engine may name characters which it cannot show after all; in the second half strictly."""


class PagesRefused(Exception):
    """The engine does not make pages of this; its own words."""


def compiled(data: Mapping[str, Any], words: Words, folder: Path) -> tuple[bytes, tuple[str, ...]]:
    """The PDF, and what is said in it about characters without a glyph.

    Templates, pictures and files to embed lie in `folder`. Refuses with the engine's words (PagesRefused).
    """
    import typst

    glyphs, nothing = Glyphs(), folder / "packages"
    for place in range(_MOST_ROUNDS):
        glyphs = Glyphs(strict=True) if place == _MOST_ROUNDS // 2 else glyphs
        case, notes = _printable(data, words, glyphs)
        (folder / "case.json").write_text(json.dumps(case, ensure_ascii=False), "utf-8")
        compiler = typst.Compiler(
            folder / "main.typ", folder, engine_fonts(), package_path=nothing, package_cache_path=nothing
        )
        try:
            pdf = compiler.compile(format="pdf", pdf_standards=list(STANDARDS), timestamp=data["taken"])
        except typst.TypstError as error:
            glyphs = _next(glyphs, str(error))
        else:
            assert isinstance(pdf, bytes)  # a list of pages comes out of other formats only
            return pdf, notes
    raise PagesRefused("too many characters without a glyph")


def _next(glyphs: Glyphs, trouble: str) -> Glyphs:
    """What to try after this complaint: what it names left out, or nothing but what the fonts surely have."""
    about = unshowable(trouble)
    if not about or (glyphs.is_strict and not glyphs.refuse(about)):
        raise PagesRefused(trouble)
    return glyphs if glyphs.is_strict or glyphs.refuse(about) else Glyphs(strict=True)


def put_templates(look: Look, folder: Path) -> None:
    """The templates by the names under which they import each other; ours win over files of the same name."""
    folder.joinpath("packages").mkdir()
    for path in reversed(template_files(look)):
        shutil.copyfile(path, folder / path.name)
    if not own_files(look):
        shutil.copyfile(folder / f"{look.template}.typ", folder / "template.typ")


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
