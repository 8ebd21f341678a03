"""How an offer that is known takes in what is said of it now: the table of sourcing.md 3.8, column by column.

`t` is the row that stands, `excluded` what comes. A column without a rule stops the start, so that none is forgotten.
What a list says in short (`listing_salvage`) never takes the place of what a page said in full. A long value that says
the same again stays itself: its stored parts are pointed at and not written anew, which is most of what a known offer
costs. Asking how long it is reads it whole from storage: that is asked last, of contents that differ.
"""

from collections.abc import Iterator

from waypost.sourcing.digest.quality import NO_TITLE, PLACEHOLDERS
from waypost.sourcing.offers.models import JobOffer

_THIN = "(excluded.quality_reason = 'listing_salvage' and t.quality_reason is distinct from 'listing_salvage')"
_EMPTY = f"excluded.description in ('', {', '.join(repr(one) for one in sorted(PLACEHOLDERS))})"
_NO_PAY = "excluded.salary_min is null"
_NEW = "excluded.{}"
_IF_SAID = "coalesce(excluded.{0}, t.{0})"
_KEPT = "coalesce(t.{0}, excluded.{0})"
_PAY = f"case when {_NO_PAY} then t.{{0}} else excluded.{{0}} end"
_LISTS = (
    f"case when excluded.{{0}} in ('[]', t.{{0}}) or {_THIN} and t.{{0}} <> '[]' then t.{{0}} else excluded.{{0}} end"
)
_OBJECT = (
    f"case when excluded.{{0}} in ('{{{{}}}}', t.{{0}}) or {_THIN} and t.{{0}} <> '{{{{}}}}' then t.{{0}} "
    "else excluded.{0} end"
)

IDENTITY = ("org_id", "id", "source", "offer_identity_key")
RULES = {
    "run_id": _NEW,
    "url": _NEW,
    "is_expired": _NEW,
    "fetched_at": _NEW,
    "expiry_changed_at": "case when t.is_expired <> excluded.is_expired then excluded.fetched_at "
    "else t.expiry_changed_at end",
    "normalisation_version": _NEW,
    "last_seen_at": "greatest(t.{0}, excluded.{0})",
    "first_seen_at": "least(t.{0}, excluded.{0})",
    "last_full_scrape_at": _IF_SAID,
    "last_matched_at": "t.{}",
    "source_id": _IF_SAID,
    "company": _IF_SAID,
    "company_key": "case when excluded.company is null then t.{0} else excluded.{0} end",
    "location": _IF_SAID,
    "salary": _IF_SAID,
    "employment_type": _IF_SAID,
    "title": f"case when excluded.title in ('', '{NO_TITLE}') then t.title else excluded.title end",
    "description": f"case when {_EMPTY} or {_THIN} or excluded.description = t.description then t.description "
    "else excluded.description end",
    "content_hash": "case when excluded.content_hash = t.content_hash then t.content_hash "
    f"when not {_EMPTY} and not {_THIN} and length(excluded.description) > length(t.description) "
    "then excluded.content_hash else t.content_hash end",
    "category": _KEPT,
    "salary_min": _PAY,
    "salary_max": _PAY,
    "salary_currency": _PAY,
    "salary_period": _PAY,
    "salary_kind": _PAY,
    "salary_monthly": _PAY,
    "apply_url": _IF_SAID,
    "posted_at": _IF_SAID,
    "expires_at": _IF_SAID,
    "source_company_profile_url": _IF_SAID,
    "requirements": _LISTS,
    "details": _OBJECT,
    "facets": f"case when {_THIN} then excluded.facets || t.facets else t.facets || excluded.facets end",
    "tags": f"case when {_THIN} then t.tags else excluded.tags end",
    "unknown_contract": "case when excluded.facets ? 'contractTypes' then excluded.{0} else t.{0} end",
    "quality_state": "case when excluded.is_expired then t.quality_state else excluded.quality_state end",
    "quality_reason": "case when excluded.quality_reason = 'detail_full' or t.quality_reason is null "
    "or t.quality_reason = 'listing_salvage' and excluded.quality_reason like 'detail%' "
    "then excluded.quality_reason else t.quality_reason end",
}
COLUMNS = tuple(column.name for column in JobOffer.__table__.columns if column.name != "org_id")
TEXTS = ("key", "description", "details", "normalized", "raw")
"""What travels as one text for each column, cut at a mark: JSON would be taken apart three times on its way."""
LONG = {"description": "coalesce(l.description, '')", "details": "cast(l.details as jsonb)"}
"""The offer's columns among them."""


def _merged() -> Iterator[str]:
    for name in COLUMNS:
        if name not in IDENTITY:
            yield f"{name} = {RULES[name].format(name)}"


OBSERVED = (
    "source",
    "run_id",
    "content_hash",
    "normalisation_version",
    "title",
    "company",
    "location",
    "salary",
    "posted_at",
    "expires_at",
    "is_expired",
    "description",
    "requirements",
    "details",
    "quality_reason",
)
"""What an observation takes from the offer as it came."""

STATEMENT = f"""
with texts as materialized (
  select * from unnest({", ".join(f"string_to_array(:{name}, :mark, '')" for name in TEXTS)})
    as l({", ".join(TEXTS)})
), given as materialized (
  select {", ".join(f"{LONG[name]} as {name}" if name in LONG else f"g.{name}" for name in COLUMNS)}
  from json_populate_recordset(null::job_offers, cast(:offers as json)) g join texts l on l.key = g.offer_identity_key
  order by g.offer_identity_key
), beside as materialized (
  select * from json_to_recordset(cast(:beside as json)) as b(key text, observation_id uuid, member_id uuid,
    normalized_id uuid, raw_id uuid, filled jsonb, parser_version text, employment text)
), put as (
  insert into job_offers as t (org_id, {", ".join(COLUMNS)})
  select app_org(), {", ".join(COLUMNS)} from given order by offer_identity_key
  on conflict (org_id, source, offer_identity_key) do update set {", ".join(_merged())}
  returning id, offer_identity_key as key, expiry_changed_at = cast(:now as timestamptz) as turned
), seen as (
  insert into job_offer_source_observations
    (org_id, id, offer_id, observed_at, via, filled, parser_version, employment_type, {", ".join(OBSERVED)})
  select app_org(), b.observation_id, put.id, cast(:now as timestamptz), :via, b.filled, b.parser_version, b.employment,
    {", ".join(f"g.{name}" for name in OBSERVED)}
  from put join given g on g.offer_identity_key = put.key join beside b on b.key = put.key order by put.key
  on conflict (org_id, offer_id, content_hash) do nothing
  returning id, offer_id
), kept as (
  insert into job_offer_raw_payloads (org_id, id, observation_id, type, payload)
  select app_org(), p.id, seen.id, p.type, cast(p.payload as json)
  from seen join beside b on b.observation_id = seen.id join texts l on l.key = b.key,
    lateral (values (b.normalized_id, 'normalized-job', l.normalized), (b.raw_id, 'source-raw', l.raw))
      p(id, type, payload)
  where p.payload is not null
  on conflict do nothing
), member as (
  insert into run_offers as m (org_id, id, run_id, offer_id, discovered_at, via, relaxed)
  select app_org(), b.member_id, cast(:run as uuid), put.id, cast(:now as timestamptz), :via, :relaxed
  from put join beside b on b.key = put.key where cast(:run as uuid) is not null order by put.key
  on conflict (org_id, run_id, offer_id) do update set via = excluded.via, relaxed = m.relaxed and excluded.relaxed
  where m.via <> excluded.via and excluded.via = 'detail'
)
select put.id, put.key, seen.id is not null or coalesce(put.turned, false) as told
from put left join seen on seen.offer_id = put.id
"""
"""One statement for any batch. Rows are taken in the order of their keys, so that two batches of the same offers wait
for each other instead of locking each other out."""
