"""Small cases for the tests of sealing, and what can be read out of their pages."""

import hashlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pikepdf
import pypdfium2  # type: ignore[import-untyped]  # the package carries no types
from PIL import Image

from waypost.archive.sealing.snapshot import Article, File, Origin, Party, Snapshot, Subject

AT = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)


def article(html: str = "", text: str = "", **given: Any) -> Article:
    """An article of a customer; an HTML body says its text by itself."""
    usual: dict[str, Any] = {"id": "71", "created_at": AT, "internal": False, "sender": "Anna <anna@example.com>"}
    return Article(**{**usual, "subject": "Heating", "body_html": html, "body_text": text or html, **given})


def case(*articles: Article, **given: Any) -> Snapshot:
    """A case of these articles, kept two days later."""
    subject = Subject(
        "1", "4711", "Heizung fällt aus", AT, AT, customer=Party("5", "anna", "anna@example.com", "Anna Müller")
    )
    usual: dict[str, Any] = {"origin": Origin("zammad", "default"), "taken_at": AT + timedelta(days=2)}
    return Snapshot(**{**usual, "subject": subject, "articles": articles, **given})


def summed(content: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(content).hexdigest()


def kept(content: bytes, name: str = "plan.png", kind: str = "image/png", **given: Any) -> File:
    """A file whose bytes are kept."""
    usual: dict[str, Any] = {"attachment_id": "9", "size": len(content), "sha256": summed(content), "fate": "kept"}
    return File(**{"article_id": "71", "filename": name, "content_type": kind, **usual, **given})


def drawing(form: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **given: Any) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new(mode, size, 128 if mode in ("L", "P", "I;16") else None).save(out, form, **given)
    return out.getvalue()


def pages(pdf: bytes) -> list[str]:
    """The text of each page, as a reader that is not ours takes it out."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    finally:
        document.close()


def embedded(pdf: bytes) -> dict[str, bytes]:
    """The files inside, by name."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {name: file.get_file().read_bytes() for name, file in document.attachments.items()}


def words(pdf: bytes) -> str:
    """All text without blanks and without places where words may break."""
    whole = "".join(pages(pdf))
    return "".join(whole.split()).replace("\u200b", "").replace("\u00ad", "").replace("\ufffe", "")
