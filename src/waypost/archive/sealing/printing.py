"""What the child process does: all volumes of a case, those of a large one each in a process that ends with it."""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from waypost.archive.sealing.apart import apart
from waypost.archive.sealing.articles import Desk
from waypost.archive.sealing.canonical import canonical, digest, snapshot_bytes
from waypost.archive.sealing.compiling import PagesRefused, compiled, put_templates
from waypost.archive.sealing.composing import proof_data, volume_data
from waypost.archive.sealing.enclosing import Enclosure, chosen
from waypost.archive.sealing.gallery import Gallery
from waypost.archive.sealing.look import Look, template_version
from waypost.archive.sealing.snapshot import Snapshot
from waypost.archive.sealing.volumes import Range, ranges, weight
from waypost.archive.sealing.words import Words

SNAPSHOT, AUDIT = "snapshot.json", "audit.json"
SMALL_ARTICLES, SMALL_TEXT, SMALL_FILES = 25, 60_000, 2_000_000
"""Articles, characters of bodies and bytes of files up to which a case is printed by a process that goes on."""


@dataclass(frozen=True, slots=True)
class Order:
    """A case to be printed. `folder` holds `files/` (bytes by SHA-256); pages come into it."""

    snapshot: Snapshot
    look: Look
    folder: Path
    sizes: Mapping[str, int]
    """Bytes of each file that lies in `files/`, by SHA-256."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A volume that lies in the folder as `volume-<number>.pdf`."""

    number: int
    articles: int
    notes: tuple[str, ...]
    template: str


def laid_out(folder: Path, snapshot: Snapshot, files: Mapping[str, bytes], look: Look) -> Order:
    """The order, with its bytes where the engine finds them: only those that the snapshot names."""
    for name in ("files", "pictures"):
        (folder / name).mkdir()
    put_templates(look, folder)
    named = {file.sha256 for article in snapshot.articles for file in article.files if file.fate == "kept"}
    present = {summed: content for summed, content in files.items() if summed in named}
    for summed, content in present.items():
        (folder / "files" / summed).write_bytes(content)
    return Order(snapshot, look, folder, {summed: len(content) for summed, content in present.items()})


def print_case(order: Order) -> list[Printed]:
    """Print all volumes; refuses above the limit of articles (TooManyArticles)."""
    parts = ranges(order.snapshot, order.look)
    version = template_version(order.look)
    if _is_small(order):
        return [_print_volume(order, part, version) for part in parts]
    return [apart(order.folder, _print_volume, order, part, version) for part in parts]


def _is_small(order: Order) -> bool:
    """Whether the engine may keep it in mind: what ten cases of this size leave there is affordable."""
    articles = order.snapshot.articles
    text = sum(map(weight, articles))
    return len(articles) <= SMALL_ARTICLES and text <= SMALL_TEXT and sum(order.sizes.values()) <= SMALL_FILES


def print_directly(snapshot: Snapshot, look: Look, files: Mapping[str, bytes] | None = None) -> tuple[bytes, Printed]:
    """The first volume of a case, in this process; refuses as `print_case` and what does not compile."""
    with tempfile.TemporaryDirectory(prefix="waypost-pages-") as name:
        order = laid_out(Path(name), snapshot, files or {}, look)
        printed = _print_volume(order, ranges(snapshot, look)[0], template_version(look))
        return (order.folder / "volume-1.pdf").read_bytes(), printed


def _print_volume(order: Order, part: Range, version: str) -> Printed:
    try:
        return _printed(order, part, version, "")
    except PagesRefused as refused:
        return _printed(order, part, version, str(refused).splitlines()[0][:200])


def _printed(order: Order, part: Range, version: str, trouble: str) -> Printed:
    """`trouble` is why an attempt with formatting and pictures failed; without one, this is that attempt."""
    words = Words(order.look.language)
    inside = Enclosure(chosen(order.snapshot, order.sizes, order.look), order.sizes)
    desk = Desk(order.look, words, Gallery(order.folder, words), inside, rich=not trouble)
    if trouble:
        desk.notes.append(words("note_plain", why=trouble))
    summed = _put_own(order, inside, words)
    data = volume_data(order.snapshot, part, desk)
    data["proof"] = proof_data(summed, version, inside.inside, desk)
    data["embedded"] = [asdict(file) for file in inside.inside]
    pdf, glyph_notes = compiled(data, words, order.folder)
    (order.folder / f"volume-{part.number}.pdf").write_bytes(pdf)
    return Printed(part.number, part.last - part.first, (*desk.notes, *glyph_notes), version)


def _put_own(order: Order, inside: Enclosure, words: Words) -> str:
    """The snapshot, and apart from it what our books say of the case; gives the snapshot's SHA-256."""
    whole, books = snapshot_bytes(order.snapshot), order.snapshot.audit
    own = [(SNAPSHOT, whole, "about_snapshot"), *([(AUDIT, canonical(books), "about_audit")] if books else [])]
    for name, content, about in own:
        (order.folder / name).write_bytes(content)
        inside.put(name, f"/{name}", "application/json", words(about), len(content), digest(content))
    return digest(whole)
