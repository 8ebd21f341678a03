"""Blanking rows that are never changed otherwise: what people put elsewhere is kept before and after, word for word.

The app may only add such rows. This one function may empty them, for one ticket of the organisation that asks, and
leaves their ids: what was done stays known, what it was done to does not.
"""

from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import APP, OWNER, WORKER

SIGNATURE = "forget_rearranged(uuid, uuid[])"
FUNCTION = """
create or replace function forget_rearranged(ticket uuid, said uuid[]) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare o uuid := app_org();
begin
  if o is null then raise exception 'no organisation' using errcode = '42501'; end if;
  update rearranged_rows r set
      before = case when before is null then null else '{}'::jsonb end,
      after = case when after is null then null else '{}'::jsonb end
    where r.org_id = o and r.rearrangement_id in
      (select m.id from rearrangements m where m.org_id = o and (m.ticket_id = ticket or m.other_id = ticket));
  update collision_rows r set
      before = case when before is null then null else '{}'::jsonb end,
      after = case when after is null then null else '{}'::jsonb end
    where r.org_id = o and r.ruling_id in
      (select c.id from collision_rulings c where c.org_id = o and
        (c.survivor_id = any(said) or exists
          (select 1 from jsonb_array_elements_text(c.message_ids) one where one::uuid = any(said))));
end $$
"""
KEPT = ("rearranged_rows", "rearrangements", "collision_rows", "collision_rulings")

declare_sql("forget_rearranged", FUNCTION)
declare_sql("forget_rearranged_rights", f"grant select, update on {', '.join(KEPT)} to {OWNER}")
declare_sql("forget_rearranged_owner", f"alter function {SIGNATURE} owner to {OWNER}")
declare_sql("forget_rearranged_private", f"revoke all on function {SIGNATURE} from public")
declare_sql("forget_rearranged_grant", f"grant execute on function {SIGNATURE} to {APP}, {WORKER}")
