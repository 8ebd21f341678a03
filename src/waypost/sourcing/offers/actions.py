"""Verbs of the catalogue: take in what was found, join what was known already."""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.ids import new_key
from waypost.platform.work import Work
from waypost.sourcing.offers.merging import STATEMENT
from waypost.sourcing.offers.models import OffersFound
from waypost.sourcing.offers.preparing import Batch, batch_of
from waypost.sourcing.wire.offer import Offer

_PUT = text(STATEMENT)
_encode = msgspec.json.Encoder().encode
_JOIN = text("""
with seen as materialized (
  select o.id, o.offer_identity_key as key from job_offers o
  where o.source = :source and o.offer_identity_key = any(cast(:keys as text[]))
  order by o.offer_identity_key for no key update
), touched as (
  update job_offers o
  set last_seen_at = greatest(o.last_seen_at, cast(:now as timestamptz)), run_id = cast(:run as uuid)
  from seen where o.id = seen.id
), member as (
  insert into run_offers (org_id, id, run_id, offer_id, discovered_at, via, relaxed)
  select app_org(), b.member_id, cast(:run as uuid), seen.id, cast(:now as timestamptz), 'cache', false
  from seen join json_to_recordset(cast(:beside as json)) as b(key text, member_id uuid) on b.key = seen.key
  on conflict (org_id, run_id, offer_id) do nothing
)
select id from seen
""")


@dataclass(frozen=True, slots=True)
class Observed:
    """What became of a batch."""

    offer_ids: tuple[UUID, ...] = ()
    """Every offer of the batch once, new or known, in the order in which they came."""
    inserted: int = 0
    updated: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    """Reason → offers that could not be kept (`missing_url`, `missing_title`, `missing_description`)."""
    repeated: int = 0
    """Offers that the batch held twice."""
    told: tuple[UUID, ...] = ()
    """Those of which something new was said."""


async def observe(
    work: Work,
    source: str,
    offers: Sequence[Offer],
    *,
    run_id: UUID,
    via: str,
    relaxed: bool = False,
    matched: bool = False,
    now: datetime | None = None,
) -> Observed:
    """Take a batch into the catalogue: each offer once under its identity, merged by the table of sourcing.md 3.8,
    with its history and its membership in the run. One statement, whatever the size of the batch.

    `via` is `detail`, `salvage` or `cache`. `matched`: the caller puts them into a notebook next, so that a new row
    says it at once instead of being written twice. Nothing is refused: what cannot be kept is counted.
    """
    moment = now or work.now
    batch = await to_thread(batch_of, source, offers, run_id=run_id, via=via, now=moment, matched=matched)
    if not batch.offers:
        return Observed(rejected=batch.rejected, repeated=batch.repeated)
    written = await _put(work.db, batch, {"run": run_id, "via": via, "relaxed": relaxed, "now": moment})
    order = [row["offer_identity_key"] for row in batch.offers]
    told = tuple(written[key][0] for key in order if written[key][1])
    work.tell(OffersFound(run_id, told))
    new = sum(str(written[row["offer_identity_key"]][0]) == row["id"] for row in batch.offers)
    ids = tuple(written[key][0] for key in order)
    return Observed(ids, new, len(ids) - new, batch.rejected, batch.repeated, told)


async def join_cached(
    work: Work, run_id: UUID, keys: Sequence[str], source: str, *, now: datetime | None = None
) -> tuple[UUID, ...]:
    """Offers that were read lately belong to this run too (`via` cache), and were seen again. Gives their ids; keys
    that nobody knows are passed over."""
    if not keys:
        return ()
    beside = _encode([{"key": key, "member_id": new_key()} for key in dict.fromkeys(keys)]).decode()
    asked = {"source": source, "keys": list(keys), "run": run_id, "now": now or work.now, "beside": beside}
    found = await work.db.scalars(_JOIN, asked)
    return tuple(found)


async def _put(db: AsyncSession, batch: Batch, values: dict[str, Any]) -> dict[str, tuple[UUID, bool]]:
    documents = {"offers": _encode(batch.offers).decode(), "beside": _encode(batch.beside).decode()}
    rows = await db.execute(_PUT, {**documents, **batch.texts, **values})
    return {key: (offer_id, told) for offer_id, key, told in rows}
