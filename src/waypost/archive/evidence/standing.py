"""How a log stands: what its page and its JSON both show, in a fixed number of questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from waypost.archive.evidence import queries
from waypost.archive.evidence.comparing import Doubt
from waypost.archive.evidence.entries import log_name
from waypost.archive.evidence.models import EvidenceCheckpoint, EvidenceTimeProof, EvidenceWatch
from waypost.archive.evidence.notes import Notary
from waypost.archive.evidence.proofs import timed
from waypost.archive.evidence.queries import Head, Unproven
from waypost.platform.work import Work

COUNTED = 1_000
SHOWN = 10
LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Standing:
    """A log at one moment."""

    log: str
    head: Head
    watch: EvidenceWatch | None
    checkpoint: EvidenceCheckpoint | None
    time_proofs: Sequence[EvidenceTimeProof]
    waiting: Unproven
    keys: Sequence[str]
    unusable: bool = False

    @property
    def doubt(self) -> str | None:
        """Why nothing is signed; None while all is well."""
        found = self.watch.doubt if self.watch else None
        return Doubt.UNUSABLE.value if self.unusable else found

    @property
    def findings(self) -> list[dict[str, Any]]:
        """What the last walk over all entries found."""
        return self.watch.findings if self.watch else []

    def said(self) -> dict[str, Any]:
        """For programs."""
        watch = self.watch
        return {
            "log": self.log,
            "size": self.head.size,
            "root": self.head.root.hex(),
            "grew_at": self.head.grew_at,
            "checkpoint": checkpoint_said(self.checkpoint) if self.checkpoint else None,
            "time_proof": timed(self.time_proofs[0]) if self.time_proofs else None,
            "without_time_proof": self.waiting.count,
            "keys": list(self.keys),
            "doubt": self.doubt,
            "doubt_since": watch.doubt_since if watch else None,
            "findings": self.findings,
            "compared_at": watch.compared_at if watch else None,
            "walked_at": watch.walked_at if watch else None,
        }


async def standing(work: Work, notary: Notary) -> Standing:
    """As of now; five questions."""
    log = log_name(work.org)
    head, unusable = await _head(work)
    return Standing(
        log,
        head,
        await queries.watch(work.db),
        await queries.checkpoint(work.db),
        await queries.time_proofs(work.db, limit=SHOWN),
        await queries.unproven(work.db, COUNTED),
        notary.keys(log),
        unusable,
    )


async def growth(work: Work) -> list[int]:
    """Thirty points of the last thirty days."""
    return await queries.growth(work.db, work.now - LOOKED_BACK, work.now)


def checkpoint_said(row: EvidenceCheckpoint) -> dict[str, Any]:
    """`{size, root, at, note}`."""
    return {"size": row.size, "root": row.root.hex(), "at": row.at, "note": row.note}


async def _head(work: Work) -> tuple[Head, bool]:
    try:
        return await queries.head(work.db), False
    except queries.LogUnusable:
        return Head(0, b""), True
