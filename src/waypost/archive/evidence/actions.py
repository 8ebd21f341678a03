"""Verbs of the log: entries are added, and what was signed, proven or found is written down."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from waypost.archive.evidence import queries
from waypost.archive.evidence.entries import Entry, Kind, checked, log_name, stamp
from waypost.archive.evidence.models import (
    EvidenceCheckpoint,
    EvidenceLeaf,
    EvidenceLog,
    EvidenceNode,
    EvidenceTimeProof,
    EvidenceWatch,
    WalkAsked,
)
from waypost.archive.evidence.notes import Signed
from waypost.platform.rows import insert_missing, insert_rows, insert_unless_there
from waypost.platform.work import Work

LONGEST_PAUSE = timedelta(hours=1)
FIRST_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A place in the log."""

    position: int
    hash: bytes
    kind: str
    at: datetime


async def append(work: Work, kind: str, content: Mapping[str, Any]) -> Leaf:
    """Add one entry: it stands or falls with the work, and its position is known at once.

    `content` holds ids, hashes, times and numbers; anything that could be personal raises NotForTheLog. Other works
    that append for the same organisation wait until this one has ended, so append late in a transaction.
    """
    return (await append_many(work, [(kind, content)]))[0]


async def append_many(work: Work, entries: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Leaf]:
    """Add many entries in their order, for the price of one: four statements, whatever their number."""
    if not entries:
        return []
    row = await _locked(work)
    edge = queries.edge_of(row)
    leaves: list[dict[str, Any]] = []
    nodes: list[dict[str, Any]] = []
    for kind, content in entries:
        entry = Entry(log_name(work.org), edge.size, Kind(kind), work.now, checked(content))
        hash_ = entry.hash()
        leaves.append(
            {"position": edge.size, "kind": entry.kind, "at": work.now, "content": entry.content, "hash": hash_}
        )
        nodes += [{"level": level, "place": place, "hash": made} for (level, place), made in edge.push(hash_)]
    await insert_rows(work.db, EvidenceLeaf, leaves)
    await insert_rows(work.db, EvidenceNode, nodes)
    await work.db.execute(
        update(EvidenceLog)
        .where(EvidenceLog.id == row.id)
        .values(size=edge.size, frontier=edge.written(), grew_at=work.now)
        .execution_options(synchronize_session=False)
    )
    return [Leaf(one["position"], one["hash"], one["kind"], one["at"]) for one in leaves]


async def keep_checkpoint(work: Work, signed: Signed) -> bool:
    """Write down a signed checkpoint that stands outside already; once for each size."""
    said = signed.checkpoint
    row = {"size": said.size, "root": said.root, "note": signed.note, "at": said.at}
    return bool(await insert_missing(work.db, EvidenceCheckpoint, [row]))


async def keep_time_proof(work: Work, *, size: int, root: bytes, token: bytes, authority: str, at: datetime) -> None:
    """Write down an authority's token, and note it in the log itself; a second one for the same size is dropped."""
    row = {"size": size, "root": root, "token": token, "authority": authority, "at": at}
    if await insert_missing(work.db, EvidenceTimeProof, [row]):
        await append(work, Kind.TIME_PROOF, time_proof_content(size, root, token, authority, at))
    watch = await watched(work)
    watch.refusals, watch.refusal, watch.ask_at = 0, None, None


def time_proof_content(size: int, root: bytes, token: bytes, authority: str, at: datetime) -> dict[str, Any]:
    """What the log says of a token: enough to notice that its row was removed, changed or dated back."""
    named = {"authority_sha256": authority.encode(), "token_sha256": token}
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in named.items()}
    return {"size": size, "root": root.hex(), "at": stamp(at), **hashes}


async def note_refusal(work: Work, reason: str, wait: timedelta | None = None) -> None:
    """No authority gave a token: ask again after a pause that doubles up to an hour, or after what it asks for."""
    watch = await watched(work)
    pause = min(FIRST_PAUSE * 2 ** min(watch.refusals, 10), LONGEST_PAUSE)
    watch.refusals, watch.refusal, watch.ask_at = watch.refusals + 1, reason, work.now + max(pause, wait or pause)


async def note_waiting(work: Work, since: datetime | None) -> None:
    """Since when the oldest entry waits for a token; written when it changed."""
    known = await queries.watch(work.db)
    if since is not None or (known is not None and known.waiting_since is not None):
        watch = known or await watched(work)
        watch.waiting_since = since


async def note_comparison(work: Work, doubt: str | None) -> None:
    """What a comparison with the outside found; a doubt keeps the time when it began."""
    watch = await watched(work)
    watch.doubt_since = (watch.doubt_since or work.now) if doubt else None
    watch.compared_at, watch.doubt = work.now, doubt


async def note_walk(work: Work, size: int, findings: list[dict[str, Any]]) -> None:
    """What computing every leaf anew found."""
    watch = await watched(work)
    watch.findings_since = (watch.findings_since or work.now) if findings else None
    watch.walked_at, watch.walked_size, watch.findings = work.now, size, findings


def ask_for_walk(work: Work) -> None:
    """Have every entry computed anew soon."""
    work.tell(WalkAsked(log_name(work.org)))


async def accept_findings(work: Work) -> None:
    """Somebody answers for what was found: checkpoints are signed again, and it stays to be seen."""
    watch = await watched(work)
    watch.accepted, watch.doubt, watch.doubt_since = watch.findings, None, None


async def watched(work: Work) -> EvidenceWatch:
    """The organisation's row of looks, made when missing."""
    found = await queries.watch(work.db)
    if found is None:
        await insert_unless_there(work.db, EvidenceWatch, [{"compared_at": None}])
        found = await queries.watch(work.db)
    assert found is not None
    return found


async def _locked(work: Work) -> EvidenceLog:
    """The growing edge, locked until the work ends."""
    row = await queries.edge(work.db, for_update=True)
    if row is None:
        await insert_unless_there(work.db, EvidenceLog, [{"size": 0, "frontier": b"", "grew_at": work.now}])
        row = await queries.edge(work.db, for_update=True)
    assert row is not None
    return row
