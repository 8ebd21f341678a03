"""The log for programs: how it stands, its checkpoints and entries, and proofs that anybody can compute again."""

from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request

from waypost.archive.access import ASK, READ
from waypost.archive.evidence import queries
from waypost.archive.evidence.actions import ask_for_walk
from waypost.archive.evidence.keeper import Keeper
from waypost.archive.evidence.proofs import consistency_of, proof_of, said, timed
from waypost.archive.evidence.standing import checkpoint_said, standing
from waypost.platform.web.doors import Doors, Reads, Writes

api = Doors(tags=["evidence"])

LARGEST = 2**53
"""What JSON readers take for a whole number."""
Limit = Annotated[int, Query(ge=1, le=1_000)]
Place = Annotated[int, Query(ge=0, lt=LARGEST)]
Below = Annotated[int | None, Query(ge=1, lt=LARGEST)]


@api.get("/archives/log", needs=READ)
async def log_as_it_stands(work: Reads, request: Request) -> dict[str, Any]:
    """`{log, size, root, grew_at, checkpoint, time_proof, without_time_proof, keys, doubt, doubt_since, findings, …}`.

    `keys` are verifier keys of signed notes (`NAME+KEYID+KEY`), the present one first; `doubt` and `findings` are empty
    while the log is the one that is kept outside. `without_time_proof` counts to 1,000.
    """
    keeper: Keeper = request.app.state.parts.of(Keeper)
    return (await standing(work, keeper.notary)).said()


@api.get("/archives/log/checkpoints", needs=READ)
async def checkpoints(work: Reads, below: Below = None, limit: Limit = queries.PAGE) -> dict[str, Any]:
    """`{items: [{size, root, at, note}], next_below}`, newest first; `below` continues."""
    found = await queries.checkpoints(work.db, below=below, limit=limit + 1)
    return {
        "items": [checkpoint_said(one) for one in found[:limit]],
        "next_below": found[limit - 1].size if len(found) > limit else None,
    }


@api.get("/archives/log/time-proofs", needs=READ)
async def time_proofs(work: Reads, below: Below = None, limit: Limit = queries.PAGE) -> dict[str, Any]:
    """`{items: [{size, root, token, at, authority}], next_below}`, newest first; `token` is RFC 3161 in base64."""
    found = await queries.time_proofs(work.db, below=below, limit=limit + 1)
    return {
        "items": [timed(one) for one in found[:limit]],
        "next_below": found[limit - 1].size if len(found) > limit else None,
    }


@api.get("/archives/log/entries", needs=READ)
async def entries(
    work: Reads, start: Annotated[int, Query(alias="from", ge=0, lt=LARGEST)] = 0, limit: Limit = queries.PAGE
) -> dict[str, Any]:
    """`{items: [{entry, hash}], next_from}` in the log's order."""
    found = await queries.leaves(work.db, start, limit + 1)
    return {
        "items": [said(work.org, one) for one in found[:limit]],
        "next_from": found[limit].position if len(found) > limit else None,
    }


@api.get("/archives/log/proof", needs=READ)
async def proof(work: Reads, position: Place, size: Below = None) -> dict[str, Any]:
    """An entry with its path to a checkpoint (the newest, or that of `size`) and to its time proof."""
    return await proof_of(work.db, work.org, position, size=size)


@api.get("/archives/log/consistency", needs=READ)
async def consistency(
    work: Reads,
    old: Annotated[int, Query(alias="from", lt=LARGEST)],
    new: Annotated[int, Query(alias="to", lt=LARGEST)],
) -> dict[str, Any]:
    """`{from, to, from_root, to_root, proof}`: nothing was changed or removed between two sizes (RFC 9162, 2.1.4)."""
    return await consistency_of(work.db, old, new)


@api.post("/archives/log/walks", needs=ASK, status_code=202)
async def walk(work: Writes) -> dict[str, str]:
    """Have every entry computed anew; what it finds stands in `/archives/log` afterwards."""
    ask_for_walk(work)
    return {"status": "accepted"}
