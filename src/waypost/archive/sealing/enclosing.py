"""The files inside a document (PDF/A-3 associated files), and what is said about those that are not inside."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from waypost.archive.sealing.look import Look
from waypost.archive.sealing.snapshot import Article, File, Snapshot

_KIND = re.compile(r"[a-zA-Z0-9][\w.+-]{0,126}/[a-zA-Z0-9][\w.+-]{0,126}", re.ASCII)
_UNSAFE = re.compile(r"[^\w.+@ -]+")
_LONGEST = 100
_RELATIONS: Mapping[str, Literal["source", "supplement"]] = {"raw": "source"}


@dataclass(frozen=True, slots=True)
class Enclosed:
    """An embedded file: its name in the document, where its bytes lie, and what readers are told."""

    name: str
    path: str
    kind: str
    relation: Literal["source", "supplement", "data"]
    about: str
    size: int
    sha256: str


def chosen(snapshot: Snapshot, sizes: Mapping[str, int], look: Look) -> frozenset[str]:
    """SHA-256 of the files that are embedded, by the limits, in the order of the articles. Raw messages always are.

    `sizes` holds the bytes that are at hand, in bytes by SHA-256.
    """
    taken: set[str] = set()
    total = 0
    for file in (file for article in snapshot.articles for file in article.files):
        size = sizes.get(file.sha256 or "")
        if size is None or file.sha256 is None or file.sha256 in taken or file.fate != "kept":
            continue
        if file.role != "raw":
            fits = not look.max_file_bytes or size <= look.max_file_bytes
            if not fits or (look.max_total_bytes and total + size > look.max_total_bytes):
                continue
            total += size
        taken.add(file.sha256)
    return frozenset(taken)


class Enclosure:
    """The embedded files of one volume; the same bytes are embedded once, under one name."""

    def __init__(self, chosen: frozenset[str], sizes: Mapping[str, int]) -> None:
        self._chosen = chosen
        self._sizes = sizes
        self._by_sum: dict[str, Enclosed] = {}
        self._names: set[str] = set()
        self.inside: list[Enclosed] = []

    def put(self, name: str, path: str, kind: str, about: str, size: int, sha256: str) -> None:
        """A file of ours: the snapshot, an excerpt of the log."""
        self._names.add(name)
        self.inside.append(Enclosed(name, path, kind, "source", about, size, sha256))

    def take(self, article: Article, file: File) -> str | None:
        """The name under which a file of an article is embedded; None when it is not."""
        if file.sha256 is None or file.fate != "kept" or file.sha256 not in self._chosen:
            return None
        if file.sha256 not in self._by_sum:
            self._by_sum[file.sha256] = self._enclosed(article, file, file.sha256)
            self.inside.append(self._by_sum[file.sha256])
        return self._by_sum[file.sha256].name

    def _enclosed(self, article: Article, file: File, sha256: str) -> Enclosed:
        relation = _RELATIONS.get(file.role, "supplement")
        about = f"{file.role}: {file.filename} ({article.id})"
        kind = file.content_type.split(";")[0].strip()
        return Enclosed(
            self._free(safe_name(f"{article.id}_{file.attachment_id or 0}_{file.filename or 'bin'}")),
            f"/files/{sha256}",
            kind if _KIND.fullmatch(kind) else "application/octet-stream",
            relation,
            about,
            self._sizes[sha256],
            sha256,
        )

    def _free(self, name: str) -> str:
        stem, dot, suffix = name.rpartition(".")
        wanted, count = name, 1
        while wanted.casefold() in self._names:
            count += 1
            wanted = f"{stem}-{count}{dot}{suffix}" if dot else f"{name}-{count}"
        self._names.add(wanted.casefold())
        return wanted


def safe_name(name: str) -> str:
    """A file name that any system takes: letters, digits, `. _ + @ -` and blanks, at most 100 characters."""
    plain = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(" .") or "bin"
    if len(plain) <= _LONGEST:
        return plain
    stem, dot, suffix = plain.rpartition(".")
    short = suffix if dot and len(suffix) <= 12 else ""
    return f"{(stem if short else plain)[: _LONGEST - len(short) - 1]}{'.' if short else ''}{short}"
