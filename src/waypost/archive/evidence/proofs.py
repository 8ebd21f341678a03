"""A leaf's proof as JSON that stands alone: whoever has it, the file and our key needs neither server nor account.

{"v": 1,
 "leaf": {"entry": {at, content, kind, log, position, v}, "hash": hex},
 "position": 7,
 "checkpoint": {"size": 12, "note": "waypost/evidence/…"},      absent until one covers the leaf
 "inclusion": [hex, …],                                          path to the checkpoint's root
 "time_proof": {"size", "root", "inclusion", "token", "at", "authority"}}     absent until one covers the leaf
"""

from base64 import b64encode
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.evidence import queries
from waypost.archive.evidence.models import EvidenceLeaf, EvidenceTimeProof
from waypost.archive.evidence.walking import entry_of
from waypost.platform.errors import Invalid, NotFound

VERSION = 1


class NoSuchEntry(NotFound):
    """The log has no such entry."""


class NoSuchCheckpoint(NotFound):
    """There is no checkpoint of this size that covers the entry."""


class SizesDoNotFit(Invalid):
    """A proof leads from a smaller size (1 or more) to a larger one that the log has reached."""


async def proof_of(db: AsyncSession, org: UUID, position: int, *, size: int | None = None) -> dict[str, Any]:
    """The proof of one entry under the newest checkpoint, or under the one of exactly `size`. At most six reads.

    Refuses with NoSuchEntry, or NoSuchCheckpoint when `size` names none.
    """
    leaf = await queries.leaf_at(db, position)
    if leaf is None:
        raise NoSuchEntry
    return (
        {"v": VERSION, "leaf": said(org, leaf), "position": position}
        | await _signed(db, leaf, size)
        | await _timed(db, leaf)
    )


def said(org: UUID, leaf: EvidenceLeaf) -> dict[str, Any]:
    """An entry and its hash; the hash is that of the entry's canonical JSON after a zero byte."""
    return {"entry": entry_of(org, leaf).said(), "hash": leaf.hash.hex()}


async def consistency_of(db: AsyncSession, old: int, new: int) -> dict[str, Any]:
    """`{from, to, from_root, to_root, proof}`: the tree of `new` entries begins with that of `old`."""
    head = await queries.head(db)
    if not 0 < old <= new <= head.size:
        raise SizesDoNotFit
    return {
        "from": old,
        "to": new,
        "from_root": (await queries.root_of(db, old)).hex(),
        "to_root": (await queries.root_of(db, new)).hex(),
        "proof": [one.hex() for one in await queries.consistency(db, old, new)],
    }


async def _signed(db: AsyncSession, leaf: EvidenceLeaf, size: int | None) -> dict[str, Any]:
    checkpoint = await queries.checkpoint(db, covering=leaf.position, size=size)
    if checkpoint is None and size is not None:
        raise NoSuchCheckpoint
    if checkpoint is None:
        return {}
    path = await queries.inclusion(db, leaf.position, checkpoint.size)
    return {
        "checkpoint": {"size": checkpoint.size, "note": checkpoint.note},
        "inclusion": [one.hex() for one in path],
    }


async def _timed(db: AsyncSession, leaf: EvidenceLeaf) -> dict[str, Any]:
    proof = await queries.time_proof(db, leaf.position)
    if proof is None:
        return {}
    path = await queries.inclusion(db, leaf.position, proof.size)
    return {"time_proof": timed(proof) | {"inclusion": [one.hex() for one in path]}}


def timed(proof: EvidenceTimeProof) -> dict[str, Any]:
    """A token and what it covers."""
    return {
        "size": proof.size,
        "root": proof.root.hex(),
        "token": b64encode(proof.token).decode(),
        "at": proof.at.isoformat(),
        "authority": proof.authority,
    }
