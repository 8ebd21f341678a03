"""What the child process does: all volumes of a case, those of a large one each in a process that ends with it."""

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from mimetypes import guess_type
from pathlib import Path

from waypost.archive.sealing.apart import apart
from waypost.archive.sealing.articles import Desk
from waypost.archive.sealing.canonical import snapshot_bytes
from waypost.archive.sealing.compiling import PagesRefused, compiled, put_templates
from waypost.archive.sealing.composing import proof_data, volume_data
from waypost.archive.sealing.enclosing import Enclosure, chosen, safe_name
from waypost.archive.sealing.gallery import Gallery
from waypost.archive.sealing.look import Look, template_version
from waypost.archive.sealing.snapshot import Snapshot
from waypost.archive.sealing.volumes import Range, ranges, weight
from waypost.archive.sealing.words import Words

SNAPSHOT = "snapshot.json"
SMALL_ARTICLES, SMALL_TEXT, SMALL_FILES = 25, 60_000, 2_000_000
"""Articles, characters of bodies and bytes of files up to which a case is printed by a process that goes on."""


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
    template: str


def laid_out(
    folder: Path, snapshot: Snapshot, files: Mapping[str, bytes], look: Look, beside: Mapping[str, bytes]
) -> Order:
    """The order, with its bytes where the engine finds them: only those that the snapshot names."""
    for name in ("files", "pictures", "beside"):
        (folder / name).mkdir()
    put_templates(look, folder)
    named = {file.sha256 for article in snapshot.articles for file in article.files if file.fate == "kept"}
    present = {summed: content for summed, content in files.items() if summed in named}
    for summed, content in present.items():
        (folder / "files" / summed).write_bytes(content)
    for name, content in beside.items():
        (folder / "beside" / safe_name(name)).write_bytes(content)
    kinds = tuple((safe_name(name), guess_type(name)[0] or "application/octet-stream") for name in sorted(beside))
    return Order(snapshot, look, folder, {summed: len(content) for summed, content in present.items()}, kinds)


def print_case(order: Order) -> list[Printed]:
    """Print all volumes; refuses above the limit of articles (TooManyArticles)."""
    parts = ranges(order.snapshot, order.look)
    whole = snapshot_bytes(order.snapshot)
    (order.folder / SNAPSHOT).write_bytes(whole)
    version = template_version(order.look)
    if _is_small(order):
        return [_print_volume(order, part, whole, version) for part in parts]
    return [apart(order.folder, _print_volume, order, part, whole, version) for part in parts]


def _is_small(order: Order) -> bool:
    """Whether the engine may keep it in mind: what ten cases of this size leave there is affordable."""
    articles = order.snapshot.articles
    text = sum(map(weight, articles))
    return len(articles) <= SMALL_ARTICLES and text <= SMALL_TEXT and sum(order.sizes.values()) <= SMALL_FILES


def print_directly(snapshot: Snapshot, look: Look, files: Mapping[str, bytes] | None = None) -> tuple[bytes, Printed]:
    """The first volume of a case, in this process; refuses as `print_case` and what does not compile."""
    with tempfile.TemporaryDirectory(prefix="waypost-pages-") as name:
        order = laid_out(Path(name), snapshot, files or {}, look, {})
        whole = snapshot_bytes(snapshot)
        (order.folder / SNAPSHOT).write_bytes(whole)
        printed = _print_volume(order, ranges(snapshot, look)[0], whole, template_version(look))
        return (order.folder / "volume-1.pdf").read_bytes(), printed


def _print_volume(order: Order, part: Range, whole: bytes, version: str) -> Printed:
    try:
        return _printed(order, part, whole, version, "")
    except PagesRefused as refused:
        return _printed(order, part, whole, version, str(refused).splitlines()[0][:200])


def _printed(order: Order, part: Range, whole: bytes, version: str, trouble: str) -> Printed:
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
    data["proof"] = proof_data(summed, version, inside.inside, desk)
    data["embedded"] = [asdict(file) for file in inside.inside]
    pdf, glyph_notes = compiled(data, words, order.folder)
    (order.folder / f"volume-{part.number}.pdf").write_bytes(pdf)
    return Printed(part.number, part.last - part.first, (*desk.notes, *glyph_notes), version)


def _put_beside(order: Order, inside: Enclosure) -> None:
    for name, kind in order.beside:
        content = (order.folder / "beside" / name).read_bytes()
        inside.put(name, f"/beside/{name}", kind, name, len(content), hashlib.sha256(content).hexdigest())
