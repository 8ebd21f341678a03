"""How foreign bytes may be shown: never as a page of ours, inline only when their bytes are a picture."""

import re
from dataclasses import dataclass
from urllib.parse import quote

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
FRAMED = SAFE | {"Cross-Origin-Resource-Policy": "cross-origin"}
"""Of pictures: a mail is shown in a frame of no origin, for which even our own addresses are elsewhere."""
HEAD_BYTES = 16
OPAQUE = "application/octet-stream"

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def picture_type(head: bytes) -> str | None:
    """png, jpeg, gif or webp by the first bytes; None for everything else (also SVG: it may carry scripts)."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def disposition(kind: str, name: str) -> str:
    """A Content-Disposition with the name in both forms (RFC 6266, RFC 8187); control characters cannot get in."""
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name) or "file"
    clean = re.sub(r"[\x00-\x1f\x7f]", "_", name) or "file"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a content: from `start` up to (not including) `end`, of `size` bytes."""

    start: int
    end: int
    size: int

    @property
    def whole(self) -> bool:
        """Nothing is left out."""
        return self.start == 0 and self.end == self.size

    def content_range(self) -> str:
        """As RFC 9110 §14.4 writes it."""
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


def span_of(header: str | None, size: int) -> Span | None:
    """What a Range header asks of `size` bytes; all for anything but one byte range; None when unsatisfiable."""
    found = _RANGE.fullmatch((header or "").strip())
    if not found or found.groups() == ("", ""):
        return Span(0, size, size)
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
    if start >= size or (last and first and int(last) < int(first)):
        return None
    return Span(start, end, size)
