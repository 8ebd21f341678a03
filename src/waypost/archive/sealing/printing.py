"""What the child process does: all volumes of a case, each laid out in a copy of the process that ends with it."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from waypost.archive.sealing.apart import apart
from waypost.archive.sealing.articles import Desk
from waypost.archive.sealing.canonical import snapshot_bytes
from waypost.archive.sealing.compiling import PagesRefused, compiled
from waypost.archive.sealing.composing import proof_data, volume_data
from waypost.archive.sealing.coverage import covered
from waypost.archive.sealing.enclosing import Enclosure, chosen
from waypost.archive.sealing.fonts import engine_fonts, fingerprint
from waypost.archive.sealing.gallery import Gallery
from waypost.archive.sealing.look import Look
from waypost.archive.sealing.snapshot import Snapshot
from waypost.archive.sealing.volumes import Range, ranges
from waypost.archive.sealing.words import Words

SNAPSHOT = "snapshot.json"


@dataclass(frozen=True, slots=True)
class Order:
    """A case to be printed. `folder` holds `files/` (bytes by SHA-256) and `beside/`; pages come into it."""

    snapshot: Snapshot
    look: Look
    folder: Path
    sizes: Mapping[str, int]
    """Bytes of each file that lies in `files/`, by SHA-256."""
    beside: tuple[tuple[str, str], ...] = ()
    """Further files to embed, from `beside/`: name and media type."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A volume that lies in the folder as `volume-<number>.pdf`."""

    number: int
    articles: int
    notes: tuple[str, ...]


def print_case(order: Order) -> list[Printed]:
    """Print all volumes; refuses above the limit of articles (TooManyArticles)."""
    parts = ranges(order.snapshot, order.look)
    whole = snapshot_bytes(order.snapshot)
    (order.folder / SNAPSHOT).write_bytes(whole)
    _warm()
    return [apart(_print_volume, order, part, whole) for part in parts]


def _warm() -> None:
    """What copies would otherwise each load for themselves."""
    engine_fonts(), covered(), fingerprint()


def _print_volume(order: Order, part: Range, whole: bytes) -> Printed:
    try:
        return _printed(order, part, whole, "")
    except PagesRefused as refused:
        return _printed(order, part, whole, str(refused).splitlines()[0][:200])


def _printed(order: Order, part: Range, whole: bytes, trouble: str) -> Printed:
    """`trouble` is why an attempt with formatting and pictures failed; without one, this is that attempt."""
    words = Words(order.look.language)
    inside = Enclosure(chosen(order.snapshot, order.sizes, order.look), order.sizes)
    desk = Desk(order.look, words, Gallery(order.folder, words), inside, rich=not trouble)
    if trouble:
        desk.notes.append(words("note_plain", why=trouble))
    summed = hashlib.sha256(whole).hexdigest()
    inside.put(SNAPSHOT, f"/{SNAPSHOT}", "application/json", words("about_snapshot"), len(whole), summed)
    _put_beside(order, inside)
    data = volume_data(order.snapshot, part, desk)
    data["proof"] = proof_data(summed, inside.inside, desk)
    data["embedded"] = [asdict(file) for file in inside.inside]
    pdf, glyph_notes = compiled(data, words, order.look, order.folder)
    (order.folder / f"volume-{part.number}.pdf").write_bytes(pdf)
    return Printed(part.number, part.last - part.first, (*desk.notes, *glyph_notes))


def _put_beside(order: Order, inside: Enclosure) -> None:
    for name, kind in order.beside:
        content = (order.folder / "beside" / name).read_bytes()
        inside.put(name, f"/beside/{name}", kind, name, len(content), hashlib.sha256(content).hexdigest())
