"""The fonts of the pages: files of packages in the lock, never the system's."""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typst

PACKAGES = ("manimgx_fonts", "cvttf_NotoSansCJK_Regular")
TEXT = (
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Armenian",
    "Noto Sans Bengali",
    "Noto Sans Devanagari",
    "Noto Sans Ethiopic",
    "Noto Sans Georgian",
    "Noto Sans Gujarati",
    "Noto Sans Gurmukhi",
    "Noto Sans Hebrew",
    "Noto Sans Kannada",
    "Noto Sans Khmer",
    "Noto Sans Lao",
    "Noto Sans Malayalam",
    "Noto Sans Myanmar",
    "Noto Sans Oriya",
    "Noto Sans Sinhala",
    "Noto Sans Tamil",
    "Noto Sans Telugu",
    "Noto Sans Thai",
    "Noto Sans CJK TC",
    "Noto Sans Symbols",
    "Noto Emoji",
    "New Computer Modern Math",
    "DejaVu Sans Mono",
)
"""Families in the order in which they are asked for a glyph; the last two come inside the engine."""
CODE = ("DejaVu Sans Mono", *TEXT)


def folder(package: str) -> Path:
    """Where a font package lies, without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"The font package {package} is not installed.")
    return Path(spec.submodule_search_locations[0])


def files() -> tuple[Path, ...]:
    """Every font file, in an order that does not depend on the file system."""
    found = (path for package in PACKAGES for path in folder(package).iterdir() if path.suffix in (".ttf", ".otf"))
    return tuple(sorted(found, key=lambda path: path.name))


@cache
def fingerprint() -> str:
    """SHA-256, hex, over the digests of all font files and of the engine with the fonts inside it."""
    from importlib.metadata import version

    engine = sorted(folder("typst").glob("_typst*"))
    whole = hashlib.sha256(version("typst").encode())
    for path in (*files(), *(path for path in engine if path.is_file())):
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


@cache
def engine_fonts() -> "typst.Fonts":
    """The same for the engine; loaded once per process."""
    import typst

    folders = [str(folder(package)) for package in PACKAGES]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)
