"""What a mail may cost us. Beyond these figures a mail is set aside with its bytes, never half read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one mail: the first six refuse it (`Unreadable`), the others shorten what is kept beside it."""

    bytes: int = 50 * 1024 * 1024
    """Whole mail as received; providers stop at 25 to 50 MB."""
    depth: int = 100
    """Multiparts inside one another; people reach about 10."""
    parts: int = 1_000
    """Attachments of one mail."""
    nodes: int = 10_000
    """All MIME parts, texts and containers included."""
    header_bytes: int = 1024 * 1024
    """One header block, of the mail or of one of its parts."""
    line_limit: int = 50_000
    """Header lines of one block."""
    header_count: int = 1_000
    """Headers kept for display; the reader itself looks at all of them."""
    header_chars: int = 20_000
    """One header value kept for display."""
    addresses: int = 2_000
    """Addresses kept of one header."""
    text_chars: int = 1_000_000
    """One text or HTML part; a longer one is shortened and also kept whole as an attachment."""
    search_bytes: int = 200_000
    """UTF-8 bytes given to full-text search."""


class Unreadable(Exception):
    """These bytes are no mail, or a mail that defeats one of our limits.

    `reason` is a sentence for people, without anything from the mail; `limit` names the field of `Limits`
    that was passed, and is None when the bytes are no mail at all.
    """

    def __init__(self, reason: str, limit: str | None = None) -> None:
        super().__init__(reason, limit)
        self.reason = reason
        self.limit = limit

    def __str__(self) -> str:
        return self.reason
