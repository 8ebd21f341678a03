"""Completeness in an auditor's ZIP: the newest statement of each day, its very bytes, and its proof."""

from collections.abc import AsyncIterator
from datetime import UTC, date
from typing import Any

import msgspec

from waypost.archive.completeness import queries
from waypost.archive.evidence.keeper import Opens
from waypost.archive.evidence.proofs import NoSuchEntry, proof_of
from waypost.platform.work import Work

FIRST = date(2000, 1, 1)


async def statements(works: Opens) -> AsyncIterator[tuple[str, bytes]]:
    """`statements/DAY-REVISION.json` and `….proof.json`; one day in memory at a time."""
    async with works() as work:
        known = await queries.newest_statements(work.db, FIRST, work.now.astimezone(UTC).date())
        days = sorted(one.day for one in known)
    for day in days:
        async with works() as work:
            found = await queries.statement(work.db, day, whole=True)
            proof = await _proof(work, found.position) if found else {}
        if found is not None:
            name = f"statements/{day.isoformat()}-{found.revision}"
            yield f"{name}.json", found.items.encode()
            yield f"{name}.proof.json", msgspec.json.format(msgspec.json.encode(proof), indent=2) + b"\n"


async def _proof(work: Work, position: int) -> dict[str, Any]:
    """A proof that cannot be made says so; what is wrong with the log is found by a walk over it."""
    try:
        return await proof_of(work.db, work.org, position)
    except (NoSuchEntry, KeyError):
        return {"v": 1, "position": position, "problem": "the log does not hold this entry"}
