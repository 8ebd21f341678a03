"""Cutting off the oldest links of a chain, which the app may only add to: one function, for one organisation.

It takes whole links from the beginning, never one from the middle, and never a younger one than `LEAST_DAYS`. In the
same statement it leaves a row that says where the chain goes on, so that the rest can be proven without what went.
"""

from waypost.platform.audit.terms import LEAST_DAYS
from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import APP, OWNER, WORKER

SIGNATURE = "audit_cut(uuid, timestamptz, bigint)"
FUNCTION = f"""
create or replace function audit_cut(fresh uuid, before timestamptz, most bigint) returns bigint
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare o uuid := app_org(); last bigint; went bigint; gone_ids uuid[];
  until timestamptz := least(before, clock_timestamp() - interval '{LEAST_DAYS} days');
begin
  if o is null then raise exception 'no organisation' using errcode = '42501'; end if;
  perform pg_advisory_xact_lock(hashtextextended('audit chain ' || cast(o as text), 0));
  with beginning as materialized (
    select c.position, l.at from admin_audit_chain c
    join admin_audit_logs l on l.org_id = c.org_id and l.id = c.log_id
    where c.org_id = o order by c.position limit most
  )
  select max(b.position), count(*) into last, went from beginning b
    where b.position < coalesce((select min(y.position) from beginning y where y.at >= until), b.position + 1);
  if last is null then return 0; end if;
  insert into admin_audit_cuts (org_id, id, position, hash, removed, at, reached)
    select o, fresh, c.position, c.hash,
      went + coalesce((select max(b.removed) from admin_audit_cuts b where b.org_id = o), 0), clock_timestamp(), l.at
    from admin_audit_chain c join admin_audit_logs l on l.org_id = c.org_id and l.id = c.log_id
    where c.org_id = o and c.position = last;
  with gone as (delete from admin_audit_chain c where c.org_id = o and c.position <= last returning c.log_id)
  select array_agg(log_id) into gone_ids from gone;
  delete from admin_audit_logs l where l.org_id = o and l.id = any(gone_ids);
  return went;
end $$
"""

declare_sql("audit_cut", FUNCTION)
declare_sql("audit_cut_rights", f"grant select, delete on admin_audit_logs, admin_audit_chain to {OWNER}")
declare_sql("audit_cut_cuts", f"grant select, insert on admin_audit_cuts to {OWNER}")
declare_sql("audit_cut_owner", f"alter function {SIGNATURE} owner to {OWNER}")
declare_sql("audit_cut_private", f"revoke all on function {SIGNATURE} from public")
declare_sql("audit_cut_grant", f"grant execute on function {SIGNATURE} to {APP}, {WORKER}")
