"""The pictures of one document: found by how a body names them, prepared once, or said why they are not there."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from waypost.archive.sealing.pictures import NotShown, Picture, picture
from waypost.archive.sealing.snapshot import Article, File
from waypost.archive.sealing.words import Words

MOST = 500
"""Different pictures in one document."""
WIDEST, TALLEST = 500.0, 620.0
"""Points that a picture may take on a page."""
POINTS = 0.75
"""Of a CSS pixel."""
_DATA = re.compile(r"data:image/[\w.+-]+(;base64)?,", re.IGNORECASE)
_PIXELS = re.compile(r"\s*(\d{1,5})(?:\s*px)?\s*")


class Gallery:
    """Prepared pictures lie in `folder`/pictures; files of the case are read from `folder`/files by their SHA-256."""

    def __init__(self, folder: Path, words: Words) -> None:
        self._folder = folder
        self._words = words
        self._ready: dict[str, dict[str, Any] | str] = {}
        self.unshown = 0
        self.shown: set[str] = set()
        """SHA-256 of files that stand in the text."""

    def of(self, article: Article) -> "Wall":
        """The pictures that one article may show."""
        return Wall(self, {_named(file.content_id): file for file in article.files if file.content_id})

    def hang(self, key: str, content: bytes | None, alt: str, width: str) -> dict[str, Any] | str:
        """A picture ready for its page, or the sentence that stands in its place."""
        if key not in self._ready:
            self._ready[key] = self._prepared(key, content)
        found = self._ready[key]
        if isinstance(found, str):
            return self.missing(alt, found)
        self.shown.add(key)
        return {"p": found["p"], "alt": alt, **_measures(found["w"], found["h"], width)}

    def missing(self, alt: str, why: str, **values: object) -> str:
        """What is printed instead of a picture; counted."""
        self.unshown += 1
        return self._words("picture_unshown", alt=alt, why=self._words(f"why_{why}", **values))

    def content(self, file: File) -> bytes | None:
        """The bytes of a kept file, where they are at hand."""
        return self._path(file).read_bytes() if self.has(file) else None

    def has(self, file: File) -> bool:
        """Whether the bytes of a file are at hand."""
        return file.fate == "kept" and self._path(file).is_file()

    def _path(self, file: File) -> Path:
        return self._folder / "files" / (file.sha256 or "absent")

    def word(self) -> str:
        """What a picture without any name is called."""
        return self._words("picture")

    def _prepared(self, key: str, content: bytes | None) -> dict[str, Any] | str:
        if content is None:
            return "absent"
        if len(self._ready) >= MOST:
            return "many"
        try:
            return self._kept(key, picture(content))
        except NotShown as refused:
            return refused.why

    def _kept(self, key: str, ready: Picture) -> dict[str, Any]:
        name = f"{key}.{ready.suffix}"
        (self._folder / "pictures" / name).write_bytes(ready.content)
        return {"p": f"/pictures/{name}", "w": ready.width, "h": ready.height}


class Wall:
    """The pictures of one article, by how its body names them."""

    def __init__(self, gallery: Gallery, files: Mapping[str, File]) -> None:
        self._gallery = gallery
        self._files = files

    def resolve(self, source: str, alt: str, width: str) -> dict[str, Any] | str | None:
        """See converting.Resolve."""
        file = self._file(source)
        if file:
            called = alt or file.filename or self._gallery.word()
            key = file.sha256 or f"absent-{file.article_id}-{file.attachment_id}"
            return self._gallery.hang(key, self._gallery.content(file), called, width)
        if _DATA.match(source):
            return self._inside(source, alt or self._gallery.word(), width)
        if not alt and width.strip() in ("0", "1"):
            self._gallery.unshown += 1  # a counter of readers, which shows nothing anywhere
            return None
        why = ("elsewhere", source[:120]) if re.match(r"https?:", source, re.IGNORECASE) else ("absent", "")
        return self._gallery.missing(alt or self._gallery.word(), why[0], address=why[1])

    def _file(self, source: str) -> File | None:
        name = _named(source)
        if name in self._files:
            return self._files[name]
        ending = (file for key, file in self._files.items() if name.startswith("/") and key.endswith(name))
        return next(ending, None)

    def _inside(self, source: str, alt: str, width: str) -> dict[str, Any] | str:
        import binascii
        import hashlib

        kind, _, text = source.partition(",")
        try:
            content = binascii.a2b_base64(unquote(text)) if kind.endswith("base64") else unquote_to_bytes(text)
        except ValueError:
            content = b""
        return self._gallery.hang(hashlib.sha256(content).hexdigest(), content, alt, width)


def _named(name: str | None) -> str:
    """`cid:` addresses by their id (RFC 2392), others as they are."""
    plain = (name or "").strip()
    is_address = "/" in plain or plain[:5].lower() == "data:"
    return plain if is_address else unquote(plain[4:] if plain[:4].lower() == "cid:" else plain).strip("<>")


def _measures(width: int, height: int, wanted: str) -> dict[str, float]:
    """Points: as wide as the mail asks, else as many CSS pixels as it has; never wider or taller than a page."""
    asked = _PIXELS.fullmatch(wanted)
    across = float(asked[1]) * POINTS if asked and int(asked[1]) else width * POINTS
    fit = min(across, WIDEST, TALLEST * width / height)
    return {"w": round(max(fit, 1.0), 2), "h": round(max(fit * height / width, 1.0), 2)}
