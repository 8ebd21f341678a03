"""What sources said long ago leaves by night: first the documents behind an observation, later the observation.

The newest observation of an offer always stays: it is what the offer's page shows and what is read again when the rules
of reading change. Its documents stay as long as the offer stands.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import text

from waypost.platform.work import Work
from waypost.sourcing.offers.terms import CatalogueTerms

AT_ONCE = 1_000
_FORGET = text("""
with pack as materialized (
  select s.id, s.offer_id, s.observed_at from job_offer_source_observations s
  where s.observed_at < cast(:looked as timestamptz)
    and (s.observed_at, s.id) > (cast(:at as timestamptz), cast(:last as uuid))
  order by s.observed_at, s.id limit :most
), judged as materialized (
  select pack.id, pack.observed_at < cast(:observations as timestamptz) as is_old, o.is_expired,
    exists (select from job_offer_source_observations n where n.offer_id = pack.offer_id
      and (n.observed_at, n.id) > (pack.observed_at, pack.id)) as is_followed,
    pack.observed_at < cast(:payloads as timestamptz) as is_bare
  from pack join job_offers o on o.id = pack.offer_id
), bare as (
  delete from job_offer_raw_payloads p using judged j
  where p.observation_id = j.id and ((j.is_bare and (j.is_followed or j.is_expired)) or (j.is_old and j.is_followed))
  returning p.id
), gone as (
  delete from job_offer_source_observations s using judged j where s.id = j.id and j.is_old and j.is_followed
  returning s.id
)
select (select count(*) from bare) as payloads, (select count(*) from gone) as observations, pack.observed_at, pack.id
from pack order by pack.observed_at desc, pack.id desc limit 1
""")


@dataclass(frozen=True, slots=True)
class Place:
    """How far a walk came: moment and id of the last observation that was looked at."""

    at: datetime
    last: UUID


BEGINNING = Place(datetime(1, 1, 1, tzinfo=UTC), UUID(int=0))


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What one pack gave up, and where the next begins."""

    payloads: int
    observations: int
    place: Place


async def forget(work: Work, terms: CatalogueTerms, after: Place, most: int = AT_ONCE) -> Forgotten | None:
    """Look at the next `most` observations that are old enough; None where there are no more. One statement; a second
    time it finds nothing to do."""
    payloads, observations = work.now - terms.payloads, work.now - terms.observations
    asked = {"payloads": payloads, "observations": observations, "looked": max(payloads, observations)}
    found = await work.db.execute(_FORGET, {**asked, "at": after.at, "last": after.last, "most": most})
    row = found.one_or_none()
    return Forgotten(row.payloads, row.observations, Place(row.observed_at, row.id)) if row else None
