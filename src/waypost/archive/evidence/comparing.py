"""Is the log in the database still the one that the outside saw? Asked before every new checkpoint is signed."""

from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.evidence import queries, tree
from waypost.archive.evidence.notes import Checkpoint
from waypost.archive.evidence.queries import Head


class Doubt(StrEnum):
    """Why nothing is signed any more until a person has looked."""

    BEHIND = "log_behind"
    """The outside saw more entries than there are."""
    REWRITTEN = "log_rewritten"
    """The entries that the outside saw are not those that stand."""
    INCOMPLETE = "log_incomplete"
    """A part of the tree is missing, so nothing can be proven."""
    OUTSIDE_MISSING = "outside_missing"
    """The database knows checkpoints, the outside holds none."""
    OUTSIDE_UNSIGNED = "outside_unsigned"
    """The newest checkpoint outside was not signed by a key of ours."""
    OUTSIDE_UNREADABLE = "outside_unreadable"
    """The folder or bucket cannot be read or written, or is not the one that it was."""
    CHECKPOINT_GONE = "checkpoint_gone"
    """The newest checkpoint's row was there at an earlier look and is not now. It is put back from the outside, so the
    next look finds nothing; but it did not go by itself."""
    UNUSABLE = "log_unusable"
    """Its growing edge cannot be that of a tree of its size."""
    FOUND_CHANGED = "found_changed"
    """Computing every entry anew found something that is not as it was."""


async def doubt_of(db: AsyncSession, head: Head, outside: Checkpoint | None) -> Doubt | None:
    """None when the log holds everything that `outside` (the newest checkpoint kept there) saw. A few reads only."""
    if outside is None:
        return Doubt.OUTSIDE_MISSING if await queries.checkpoint(db) else None
    if outside.size > head.size:
        return Doubt.BEHIND
    try:
        return None if await _grew_from(db, head, outside) else Doubt.REWRITTEN
    except KeyError:
        return Doubt.INCOMPLETE


async def _grew_from(db: AsyncSession, head: Head, outside: Checkpoint) -> bool:
    """Both the kept edge and the kept subtrees must agree with the outside."""
    if outside.size == 0:
        return True
    if await queries.root_of(db, head.size) != head.root:
        return False
    proof = await queries.consistency(db, outside.size, head.size)
    return tree.proves_consistency(outside.size, head.size, outside.root, head.root, proof)
