create or replace function search_tickets(words tsquery, fragment text)
returns table (ticket_id uuid) language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
set enable_seqscan = off set max_parallel_workers_per_gather = 0 as $$
declare o uuid := app_org(); pattern text := '%' || fragment || '%';
begin
  if o is null then raise exception 'no organisation' using errcode = '42501'; end if;
  return query
    with said as materialized (
      select t.ticket_id as ticket, t.at, t.id from ticket_texts t where t.org_id = o and t.ts @@ words limit 4001
    )
    (select ticket from said where (select count(*) from said) <= 4000 order by at desc, id desc limit 500)
    union
    (select t.ticket_id from ticket_texts t
     where (select count(*) from said) > 4000 and t.org_id = o and case when t.ts @@ words then true end
     order by t.at desc, t.id desc limit 500);
  if fragment <> '' then return query
    with named as materialized (
      select t.id, t.last_activity_at as at from tickets t where t.org_id = o and t.needle like pattern limit 4001
    )
    (select id from named where (select count(*) from named) <= 4000 order by at desc, id desc limit 200)
    union
    (select t.id from tickets t
     where (select count(*) from named) > 4000 and t.org_id = o and case when t.needle like pattern then true end
     order by t.last_activity_at desc, t.id desc limit 200);
  end if;
end $$;
