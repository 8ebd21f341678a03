"""Offers that are over: their day has passed, or nobody has seen them for long. Done by the clock, never by a read."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from waypost.platform.work import Work
from waypost.sourcing.offers.indexing import index

AT_ONCE = 500
_EXPIRE = text("""
with past as materialized (
  select o.id from job_offers o where not o.is_expired and o.expires_at <= cast(:now as timestamptz)
  order by o.expires_at limit :most for no key update skip locked
), unseen as materialized (
  select o.id from job_offers o
  where not o.is_expired and o.expires_at is null and o.last_seen_at < cast(:unseen as timestamptz)
  order by o.last_seen_at limit :most for no key update skip locked
), over as (select id from past union all select id from unseen)
update job_offers o set is_expired = true from over where o.id = over.id returning o.id
""")


async def expire(work: Work, unseen: timedelta, most: int = AT_ONCE) -> list[UUID]:
    """End up to twice as many as `most`, the longest overdue first; gives their ids. Rows that a batch holds just now
    wait for the next time."""
    asked = {"now": work.now, "unseen": work.now - unseen, "most": most}
    over = list(await work.db.scalars(_EXPIRE, asked))
    await index(work, over)
    return over
