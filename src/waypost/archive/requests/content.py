"""What a case says, apart from when it was read and how it is tagged: equal for a case that did not change."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from waypost.archive.sealing.canonical import snapshot_bytes
from waypost.archive.sealing.snapshot import Snapshot

OURS = ("PDF archived (", "PDF archiver error (")
"""How the subjects of our own notes begin, as documented."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def content_sha256(snapshot: Snapshot) -> str:
    """Hex; what our own marks and notes move does not count: tags, the last change, the history, our books."""
    subject = replace(snapshot.subject, tags=(), updated_at=None)
    said = tuple(one for one in snapshot.articles if not (one.internal and one.subject.startswith(OURS)))
    still = replace(snapshot, subject=subject, articles=said, taken_at=EPOCH, events=(), audit=())
    return sha256(snapshot_bytes(still)).hexdigest()
