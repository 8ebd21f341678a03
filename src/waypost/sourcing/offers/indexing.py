"""What follows when something new was said of offers: they are found by search, and their companies are known."""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.ids import new_id
from waypost.platform.rows import among, packs
from waypost.platform.work import Work
from waypost.sourcing.digest.companies import company_name
from waypost.sourcing.offers.marks import marks_of
from waypost.sourcing.offers.models import JobOffer, OfferFound

LONGEST = 60_000
"""Characters of a description that are searched."""
_TOLD = (
    JobOffer.id,
    JobOffer.source,
    JobOffer.title,
    JobOffer.company,
    JobOffer.company_key,
    JobOffer.location,
    JobOffer.category,
    JobOffer.facets,
    JobOffer.description,
    JobOffer.requirements,
    JobOffer.is_expired,
    JobOffer.salary_monthly,
    JobOffer.salary_currency,
    JobOffer.source_company_profile_url,
    JobOffer.first_seen_at,
)
_TEXTS = text("""
insert into job_offer_texts as t (org_id, id, offer_id, at, ts)
select app_org(), r.id, r.offer_id, r.at, setweight(to_tsvector('simple', unaccent(r.head)), 'A')
  || to_tsvector('simple', unaccent(r.body)) || array_to_tsvector(r.marks)
from json_to_recordset(cast(:rows as json))
  r(id uuid, offer_id uuid, at timestamptz, head text, body text, marks text[])
order by r.offer_id
on conflict (org_id, offer_id) do update set ts = excluded.ts, at = least(t.at, excluded.at)
returning id, offer_id
""")
_COMPANIES = text("""
insert into offer_companies as c (org_id, id, key, name, aliases, profiles, first_seen_at)
select app_org(), r.id, r.key, r.name, r.aliases, r.profiles, cast(:now as timestamptz)
from json_to_recordset(cast(:rows as json)) r(id uuid, key text, name text, aliases jsonb, profiles jsonb)
order by r.key
on conflict (org_id, key) do update set profiles = c.profiles || excluded.profiles, aliases =
  (select jsonb_agg(distinct one order by one) from jsonb_array_elements(c.aliases || excluded.aliases) one)
where not (c.aliases @> excluded.aliases and c.profiles @> excluded.profiles)
""")
_encode = msgspec.json.Encoder().encode


async def index(work: Work, offer_ids: Collection[UUID]) -> None:
    """Write the texts of these offers and take note of their companies; tells `OfferFound` of each that had no text.

    Doing it twice changes nothing. Four statements at most for any number.
    """
    rows = (await work.db.execute(select(*_TOLD).where(among(JobOffer.id, offer_ids)).order_by(JobOffer.id))).all()
    if not rows:
        return
    new = await _write_texts(work.db, rows)
    await _note_companies(work, rows)
    for row in rows:
        if row.id in new:
            work.tell(OfferFound(row.id, row.source))


async def _write_texts(db: AsyncSession, rows: Sequence[Any]) -> set[UUID]:
    """The offers that had no text before."""
    texts = {new_id(): row for row in rows}
    written = [_text(text_id, row) for text_id, row in texts.items()]
    new: set[UUID] = set()
    for pack in packs(written):
        new |= {offer_id for text_id, offer_id in await db.execute(_TEXTS, {"rows": pack}) if text_id in texts}
    return new


def _text(text_id: UUID, row: Any) -> Mapping[str, Any]:
    technologies = row.facets.get("technologies", [])
    body = "\n".join(filter(None, (row.location, *technologies, *row.requirements, row.description[:LONGEST])))
    head = "\n".join(filter(None, (row.title, row.company)))
    return {
        "id": text_id,
        "offer_id": row.id,
        "at": row.first_seen_at,
        "head": head,
        "body": body,
        "marks": marks_of(row),
    }


async def _note_companies(work: Work, rows: Sequence[Any]) -> None:
    named = sorted((row for row in rows if row.company_key), key=attrgetter("company_key"))
    known = [_company(key, list(group)) for key, group in groupby(named, attrgetter("company_key"))]
    if known:
        await work.db.execute(_COMPANIES, {"rows": _encode(known).decode(), "now": work.now})


def _company(key: str, rows: Sequence[Any]) -> Mapping[str, Any]:
    spellings = sorted({company_name(row.company) for row in rows})
    profiles = {row.source: row.source_company_profile_url for row in rows if row.source_company_profile_url}
    return {"id": new_id(), "key": key, "name": spellings[0], "aliases": spellings, "profiles": profiles}
