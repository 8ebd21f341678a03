"""Which parts are the text people read, and which are things they open (RFC 2046, RFC 2387, RFC 2183)."""

import re
from dataclasses import dataclass, field

from waypost.ticketing.intake.reading.charsets import decode
from waypost.ticketing.intake.reading.cleaning import clean_body
from waypost.ticketing.intake.reading.flowed import unflow
from waypost.ticketing.intake.reading.limits import Limits
from waypost.ticketing.intake.reading.tree import Entity
from waypost.ticketing.messages.plain import text_to_html

_META_CHARSET = re.compile(rb"""(?i)<meta[^>]{0,200}charset\s*=\s*["']?([a-z0-9_:.-]{1,40})""")
_OTHER_RENDERINGS = {"text/x-amp-html", "text/watch-html", "text/enriched", "text/richtext"}


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the body: as text, as HTML as sent, or the same thing in both forms."""

    text: str | None = None
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A part to be kept as an attachment."""

    entity: Entity
    is_inline: bool


@dataclass(slots=True)
class Bodies:
    """Passages and enclosures, each in the order of the mail."""

    passages: list[Passage] = field(default_factory=list)
    enclosures: list[Enclosure] = field(default_factory=list)

    def add(self, other: "Bodies") -> None:
        """What follows in the mail."""
        self.passages += other.passages
        self.enclosures += other.enclosures

    @property
    def has_html(self) -> bool:
        """Whether any passage was written in HTML."""
        return any(p.html is not None for p in self.passages)

    def as_text(self) -> str:
        """The passages that are text, one after the other."""
        return "\n\n".join(p.text for p in self.passages if p.text is not None)

    def as_html(self) -> str:
        """All passages as HTML, not yet safe."""
        return "\n".join(p.html if p.html is not None else text_to_html(p.text or "") for p in self.passages)


def read_bodies(root: Entity, limits: Limits, notes: list[str]) -> Bodies:
    """Sort all parts below `root`. Forwarded mails (`message/rfc822`) stay closed: they are enclosures."""
    if root.main == "multipart" and root.children:
        return _CONTAINERS.get(root.kind, _mixed)(root, limits, notes)
    return _leaf(root, limits, notes, may_be_named=root.disposition.value != "attachment")


def _mixed(parent: Entity, limits: Limits, notes: list[str]) -> Bodies:
    bodies = Bodies()
    for child in parent.children:
        if child.main == "multipart" and child.children:
            bodies.add(read_bodies(child, limits, notes))
        else:
            bodies.add(_leaf(child, limits, notes, may_be_named=not bodies.passages and not bodies.enclosures))
    return bodies


def _alternative(parent: Entity, limits: Limits, notes: list[str]) -> Bodies:
    """The last rendering as text and the last one with HTML say the same; what is neither is enclosed."""
    readable = [c for c in parent.children if c.kind not in _OTHER_RENDERINGS] or parent.children
    renderings = [read_bodies(child, limits, notes) for child in readable]
    rich = [r for r in renderings if r.has_html]
    plain = [r for r in renderings if r.passages and not r.has_html]
    chosen = Bodies(enclosures=[e for r in renderings for e in r.enclosures])
    if rich and plain:
        chosen.passages = [Passage(plain[-1].as_text(), rich[-1].as_html())]
    elif rich or plain:
        chosen.passages = (rich or plain)[-1].passages
    return chosen


def _related(parent: Entity, limits: Limits, notes: list[str]) -> Bodies:
    """A root and what it shows: everything but the root is enclosed, inline unless it says otherwise."""
    start = parent.parameters.get("start", "")
    named = [c for c in parent.children if start and c.headers.first("content-id").strip() == start]
    root = (named or parent.children)[0]
    bodies = read_bodies(root, limits, notes)
    for child in parent.children:
        if child is not root:
            bodies.enclosures += _leaves(child)
    return bodies


def _leaves(entity: Entity) -> list[Enclosure]:
    if entity.main == "multipart" and entity.children:
        return [leaf for child in entity.children for leaf in _leaves(child)]
    return [Enclosure(entity, entity.disposition.value != "attachment")]


_CONTAINERS = {"multipart/alternative": _alternative, "multipart/related": _related}


def _leaf(entity: Entity, limits: Limits, notes: list[str], *, may_be_named: bool) -> Bodies:
    """A text without a file name is read; so is the first one with a name, unless it is marked as attached."""
    is_text = entity.kind in ("text/plain", "text/html") or entity.main == "multipart"
    disposition = entity.disposition
    named = "filename" in disposition.parameters or ("name" in entity.parameters and not may_be_named)
    if is_text and disposition.value != "attachment" and not named:
        return _passage(entity, limits, notes)
    return Bodies(enclosures=[Enclosure(entity, disposition.value == "inline")])


def _passage(entity: Entity, limits: Limits, notes: list[str]) -> Bodies:
    is_html = entity.kind == "text/html"
    content = entity.content(notes)
    text = _text(entity, _start(content, 4 * limits.text_chars), is_html, notes)
    bodies = Bodies()
    if len(text) > limits.text_chars or len(content) > 4 * limits.text_chars:
        notes.append("a text was shortened; the whole of it is attached")
        text, bodies.enclosures = text[: limits.text_chars], [Enclosure(entity, False)]
    if text.strip():
        bodies.passages = [Passage(html=text) if is_html else Passage(text=text)]
    return bodies


def _start(content: bytes, size: int) -> bytes:
    """At most `size` bytes, cut between lines where there are any, so that no character is cut."""
    return content if len(content) <= size else content[:size].rpartition(b"\n")[0] or content[:size]


def _text(entity: Entity, content: bytes, is_html: bool, notes: list[str]) -> str:
    charset = next(iter(entity.parameters.get("charset", "").split()), None)
    if charset is None and is_html and (meta := _META_CHARSET.search(content[:2048])):
        charset = meta[1].decode("ascii")
    text = clean_body(decode(content, charset, notes))
    if entity.parameters.get("format", "").lower() == "flowed" and not is_html:
        return unflow(text, entity.parameters.get("delsp", "").lower() == "yes")
    return text
