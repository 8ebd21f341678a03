"""The tree of MIME parts (RFC 2046), cut out of the raw bytes without copying and without recursion."""

import re
from dataclasses import dataclass, field

from waypost.ticketing.intake.reading.headers import Headers, read_headers
from waypost.ticketing.intake.reading.limits import Limits, Unreadable
from waypost.ticketing.intake.reading.parameters import Parameterised, read_parameters
from waypost.ticketing.intake.reading.transfer import undo

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,80}")
_DELIMITER_LINE = re.compile(rb"(?im)^--(\S[^\r\n]{0,200}?)[ \t]*\r?\ncontent-")
_LINE_END = re.compile(rb"(--)?[ \t]*\r?(?:\n|\Z)")


@dataclass(slots=True)
class Entity:
    """One MIME part: its headers, its place in the raw bytes, its children when it is a container."""

    raw: bytes = field(repr=False)
    start: int
    end: int
    headers: Headers
    kind: str
    parameters: dict[str, str]
    disposition: Parameterised
    children: list["Entity"] = field(default_factory=list)

    @property
    def main(self) -> str:
        """`text` of `text/plain`."""
        return self.kind.partition("/")[0]

    def encoded(self) -> bytes:
        """The body as it stands in the mail."""
        return self.raw[self.start : self.end]

    def content(self, notes: list[str]) -> bytes:
        """The body behind its transfer encoding."""
        encoding = self.headers.first("content-transfer-encoding").partition(";")[0]
        return undo(self.encoded(), encoding.strip().strip("\"'").lower(), notes)


def read_tree(raw: bytes, start: int, limits: Limits, notes: list[str]) -> Entity:
    """The whole mail from its first header on. Refuses what is deeper or has more parts than `limits` allow."""
    root = _entity(raw, start, len(raw), "text/plain", limits, notes)
    waiting, count = [(root, 0)], 1
    while waiting:
        parent, depth = waiting.pop()
        if parent.main != "multipart":
            continue
        if depth >= limits.depth:
            raise Unreadable("Multiparts are nested deeper than we read.", "depth")
        for first, last in _sections(parent, limits.nodes):
            parent.children.append(_entity(raw, first, last, _default(parent), limits, notes))
        count += len(parent.children)
        if count > limits.nodes:
            raise Unreadable("The mail has more parts than we read.", "nodes")
        waiting.extend((child, depth + 1) for child in parent.children)
    return root


def _default(parent: Entity) -> str:
    return "message/rfc822" if parent.kind == "multipart/digest" else "text/plain"


def _entity(raw: bytes, start: int, end: int, default: str, limits: Limits, notes: list[str]) -> Entity:
    headers, body = read_headers(raw, start, end, limits, notes)
    declared = read_parameters(headers.first("content-type"), notes)
    disposition = read_parameters(headers.first("content-disposition"), notes)
    kind = _kind(declared.value, default)
    return Entity(raw, body, end, headers, kind, declared.parameters, disposition)


def _kind(declared: str, default: str) -> str:
    """`text/plain` for a type that is missing or half written, as RFC 2045 section 5.2 asks."""
    if found := _TYPE.match(declared):
        return found[0]
    return {"text": "text/plain", "html": "text/html", "": default}.get(declared, "application/octet-stream")


def _sections(parent: Entity, most: int) -> list[tuple[int, int]]:
    """Where the children of a multipart stand. A closing delimiter that others follow closes nothing for good."""
    raw, spans = parent.raw, []
    lines = _delimiters(parent, _boundary(parent), most)
    stops = [*(start for start, _, _ in lines[1:]), parent.end]
    for (_, start, closes), stop in zip(lines, stops, strict=False):
        last = _before_newline(raw, start, stop)
        if not closes and raw[start:last].strip():
            spans.append((start, last))
    return spans


def _boundary(parent: Entity) -> bytes:
    """The declared boundary when it occurs, else the one the body seems to use."""
    declared = parent.parameters.get("boundary", "").encode("utf-8", "replace")
    if declared and parent.raw.find(b"--" + declared, parent.start, parent.end) >= 0:
        return declared
    seen = _DELIMITER_LINE.search(parent.raw, parent.start, parent.end)
    return seen[1] if seen else b""


def _delimiters(parent: Entity, boundary: bytes, most: int) -> list[tuple[int, int, bool]]:
    """(start, end, closes) of each delimiter line. Refuses more than `most`, or very many that only look like one."""
    found: list[tuple[int, int, bool]] = []
    raw, mark, lookalikes = parent.raw, b"\n--" + boundary, 0
    position = raw.find(mark, parent.start - 1, parent.end) if boundary else -1
    while position >= 0:
        if tail := _LINE_END.match(raw, position + len(mark), parent.end):
            found.append((position + 1, tail.end(), tail[1] is not None))
        lookalikes += tail is None
        if len(found) > most or lookalikes > 10 * most:
            raise Unreadable("The mail has more parts than we read.", "nodes")
        position = raw.find(mark, position + len(mark), parent.end)
    return found


def _before_newline(raw: bytes, start: int, stop: int) -> int:
    """The line break before a delimiter belongs to the delimiter."""
    if stop > start and raw[stop - 1] == 10:
        stop -= 1
        if stop > start and raw[stop - 1] == 13:
            stop -= 1
    return stop
