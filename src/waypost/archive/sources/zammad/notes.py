"""The internal notes that tell a ticket how its archive ended: documented subjects, keys and order; one of each.

A note is looked for before it is written: after success by the file's hash, after a failure by its cause within a day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from waypost.archive.requests.origin import Outcome
from waypost.archive.sources.zammad.client import Zammad
from waypost.archive.sources.zammad.plain import text_of
from waypost.archive.sources.zammad.reading import Json, moment, text

SUCCESS, ERROR = "PDF archived (", "PDF archiver error ("
PERIOD = timedelta(days=1)
"""The same cause is told once in it."""
_CODES = (
    "missing_archive_path empty_archive_path invalid_archive_path path_not_allowed allow_prefixes_empty "
    "missing_user_login missing_archive_user invalid_filename path_validation"
)
CODES = frozenset(_CODES.split())
OTHER = "permanent_error"
LONGEST_ERROR = 500

Lines = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Note:
    """What is to stand in the ticket."""

    subject: str
    lines: Lines

    @property
    def body(self) -> str:
        """The subject in bold, then a list of keys with their values as code."""
        items = "".join(f"<li>{key}: <code>{escape(value)}</code></li>" for key, value in self.lines)
        return f"<p><strong>{escape(self.subject)}</strong></p><ul>{items}</ul>"

    def value(self, key: str) -> str:
        """What stands under a key; "" when it is not there."""
        return next((value for name, value in self.lines if name == key), "")


def note_of(outcome: Outcome, version: str, now: datetime) -> Note:
    """The note for an outcome."""
    if outcome.status == "archived":
        return Note(f"{SUCCESS}{version})", [*_kept(outcome), *_asked(outcome, now)])
    return Note(f"{ERROR}{version})", [*_failed(outcome), *_asked(outcome, now)])


def _kept(outcome: Outcome) -> Lines:
    return [
        ("path", outcome.path),
        ("filename", outcome.filename),
        ("audit_sidecar", outcome.sidecar),
        ("size_bytes", str(outcome.size_bytes)),
        ("sha256", outcome.sha256),
    ]


def _failed(outcome: Outcome) -> Iterator[tuple[str, str]]:
    permanent = outcome.status == "failed_permanent"
    yield "classification", "Permanent" if permanent else "Transient"
    yield "error", outcome.error[:LONGEST_ERROR]
    yield "action", outcome.action
    if permanent:
        yield "code", outcome.code if outcome.code in CODES else OTHER
    if permanent and outcome.hint:
        yield "hint", outcome.hint


def _asked(outcome: Outcome, now: datetime) -> Lines:
    hints = outcome.case.hints
    return [
        ("request_id", text(hints.get("wire_request_id")) or "unknown"),
        ("delivery_id", text(hints.get("delivery_id")) or "none"),
        ("time_utc", now.strftime("%Y-%m-%dT%H:%M:%SZ")),
    ]


def is_ours(record: Json, own: str | None) -> bool:
    """Whether an article is a note of this product: internal, with our subject, by our account where that is known."""
    subject = text(record.get("subject"))
    if record.get("internal") is not True or not subject.startswith((SUCCESS, ERROR)):
        return False
    author = record.get("created_by")
    key = text(record.get("created_by_id")) or (text(author.get("id")) if isinstance(author, dict) else "")
    return own is None or not key or key == own


async def tell(zammad: Zammad, ref: str, note: Note, now: datetime, own: str | None) -> bool:
    """Write the note unless it stands there already; True when it was written."""
    async for page in zammad.articles(ref, None):
        if any(is_ours(record, own) and _says(record, note, now) for record in page):
            return False
    await zammad.note(ref, note.subject, note.body)
    return True


def _says(record: Json, note: Note, now: datetime) -> bool:
    """Whether a note of ours tells the same."""
    subject = text(record.get("subject"))
    if note.subject.startswith(SUCCESS):
        return subject.startswith(SUCCESS) and note.value("sha256") in text(record.get("body"))
    at = moment(record.get("created_at"))
    if not subject.startswith(ERROR) or at is None or now - at > PERIOD:
        return False
    said = text_of(text(record.get("body")))
    return all(_line(key, note.value(key)) in said for key in ("classification", "error"))


def _line(key: str, value: str) -> str:
    """A line of a note as its text shows it."""
    return f"{key}: {' '.join(value.split())}"
