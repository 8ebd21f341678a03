CREATE TABLE admin_audit_cuts (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	position BIGINT NOT NULL,
	hash BYTEA NOT NULL,
	removed BIGINT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	reached TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_admin_audit_cuts PRIMARY KEY (org_id, id),
	CONSTRAINT uq_admin_audit_cuts_position UNIQUE (org_id, position)
);

alter table admin_audit_cuts enable row level security;

alter table admin_audit_cuts force row level security;

create policy admin_audit_cuts_org_isolation on admin_audit_cuts using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on admin_audit_cuts to waypost_app, waypost_worker;

grant select on admin_audit_cuts to waypost_backup;

alter table blobs add gone_at TIMESTAMP WITH TIME ZONE;

alter table blobs add gone_because TEXT;

CREATE INDEX blobs_leaving ON blobs (org_id, id) WHERE gone_at is not null and gone_because is null;

CREATE TABLE organization_removals (
	id UUID NOT NULL,
	org_id UUID NOT NULL,
	name TEXT NOT NULL,
	begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
	ended_at TIMESTAMP WITH TIME ZONE,
	gone JSONB NOT NULL,
	CONSTRAINT pk_organization_removals PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_organization_removals_org ON organization_removals (org_id);

grant select on organization_removals to waypost_backup;

CREATE TABLE safekeepings (
	kind TEXT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_safekeepings PRIMARY KEY (kind)
);

grant select on safekeepings to waypost_backup;

create or replace function search_archive(pattern text)
returns table (record_id uuid) language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
set enable_seqscan = off set max_parallel_workers_per_gather = 0 as $$
declare
  o uuid := app_org(); found uuid[]; met bigint; seen bigint; looked bigint := 2000;
begin
  if o is null then raise exception 'no organisation' using errcode = '42501'; end if;
  loop
    select array_agg(l.id order by l.at desc, l.id desc) filter (where l.fits), count(l.fits), count(*)
      into found, met, seen
    from (select r.id, r.kept_at as at, case when r.needle like pattern then true end as fits
      from archive_records r where r.org_id = o and r.kept_at is not null
      order by r.kept_at desc, r.id desc limit looked) l;
    exit when met >= 500 or seen < looked or met * 50 < seen;
    looked := (looked * 1.5 * 500 / met)::bigint;
  end loop;
  if met >= 500 or seen < looked then
    return query select unnest(found[:500]);
    return;
  end if;
  return query
    with named as materialized (
      select r.id, r.kept_at as at from archive_records r where r.org_id = o and r.needle like pattern limit 4001
    )
    (select id from named where (select count(*) from named) <= 4000 order by at desc, id desc limit 500)
    union
    (select r.id from archive_records r
     where (select count(*) from named) > 4000 and r.org_id = o and r.kept_at is not null
       and case when r.needle like pattern then true end
     order by r.kept_at desc, r.id desc limit 500);
end $$;

grant select (provider, is_enabled, ingestion_paused_until, ingestion_pause_reason, trouble, failing_since) on mailboxes to waypost_owner;

grant select (type, fingerprint, jobs) on dead_letter_groups to waypost_owner;

grant select (state, updated_at) on message_occurrences to waypost_owner;

create or replace function installation_house_figures(moment timestamptz) returns table (grants bigint, grant_age double precision, breakers bigint, backup double precision, drill double precision, unread double precision, dead json) language sql stable security definer set search_path = public, pg_temp as $body$
    with began as (
      select min(o.created_at) as at, (select at from safekeepings where kind = 'backup') as saved,
        (select at from safekeepings where kind = 'restore-drill') as tried from organizations o
    ), lost as (
      select count(*) as grants, min(failing_since) as since from mailboxes
      where is_enabled and trouble in ('consent-needed', 'login-refused')
    ), largest as (
      select type, fingerprint, sum(jobs)::bigint as jobs from dead_letter_groups where jobs > 0
      group by type, fingerprint order by 3 desc, 2 limit 20
    )
    select lost.grants, extract(epoch from moment - lost.since)::float8,
      (select count(*) from mailboxes where is_enabled and ingestion_paused_until > moment
        and ingestion_pause_reason like '%circuit breaker%'),
      extract(epoch from moment - coalesce(began.saved, began.at))::float8,
      extract(epoch from moment - coalesce(began.tried, began.at))::float8,
      (select extract(epoch from moment - min(updated_at))::float8 from message_occurrences
        where state in ('discovered', 'raw_fetched', 'parsed', 'stitched')),
      (select json_agg(largest) from largest)
    from lost, began
     $body$;

alter function installation_house_figures(timestamptz) owner to waypost_owner;

revoke all on function installation_house_figures(timestamptz) from public;

grant execute on function installation_house_figures(timestamptz) to waypost_app;

grant select, insert, update on safekeepings to waypost_app;

grant select on safekeepings to waypost_owner;

create or replace function audit_cut(fresh uuid, before timestamptz, most bigint) returns bigint
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare o uuid := app_org(); last bigint; went bigint; gone_ids uuid[];
  until timestamptz := least(before, clock_timestamp() - interval '30 days');
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
end $$;

grant select, delete on admin_audit_logs, admin_audit_chain to waypost_owner;

grant select, insert on admin_audit_cuts to waypost_owner;

alter function audit_cut(uuid, timestamptz, bigint) owner to waypost_owner;

revoke all on function audit_cut(uuid, timestamptz, bigint) from public;

grant execute on function audit_cut(uuid, timestamptz, bigint) to waypost_app, waypost_worker;

grant select, insert, update, delete on organization_removals to waypost_owner;

revoke all on organization_removals from public, waypost_app, waypost_worker;

create or replace function identity_organization_ids() returns setof uuid language sql stable security definer set search_path = public, pg_temp as $body$
        select o.id from organizations o
        where not exists (select from organization_removals r where r.org_id = o.id) order by o.id
         $body$;

create or replace function identity_rewrap_second_factor(person uuid, before bytea, fresh bytea) returns void language sql volatile security definer set search_path = public, pg_temp as $body$ update second_factors set sealed_secret = fresh where person_id = person and sealed_secret = before $body$;

alter function identity_rewrap_second_factor(uuid, bytea, bytea) owner to waypost_owner;

revoke all on function identity_rewrap_second_factor(uuid, bytea, bytea) from public;

grant execute on function identity_rewrap_second_factor(uuid, bytea, bytea) to waypost_app;

create or replace function search_tickets(words tsquery, fragment text)
returns table (ticket_id uuid) language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan set work_mem = '32MB'
set enable_seqscan = off set max_parallel_workers_per_gather = 0 as $$
declare o uuid := app_org(); pattern text := '%' || fragment || '%';
  found uuid[]; met bigint; seen bigint; newest timestamptz; since timestamptz; oldest timestamptz;
  looked bigint := 2000; further bigint; begun timestamptz; large boolean := false;
begin
  if o is null then raise exception 'no organisation' using errcode = '42501'; end if;

  loop
    begun := clock_timestamp();
    select array_agg(l.ticket order by l.at desc, l.id desc) filter (where l.fits), count(l.fits), count(*), max(l.at),
      min(l.at) into found, met, seen, newest, since
    from (select t.ticket_id as ticket, t.at, t.id, case when t.ts @@ words then true end as fits
      from ticket_texts t where t.org_id = o order by t.at desc, t.id desc limit looked) l;
    exit when met >= 500 or seen < looked or met < 8;
    further := (looked * (1 + 3.0 / sqrt(met)) * 500 / met)::bigint;
    exit when met * 10 < seen and extract(epoch from clock_timestamp() - begun) * further / seen > 0.06;
    looked := further;
  end loop;
  if met < 500 and seen = looked then
    select coalesce(avg((t.org_id = o)::int) > 0.1, false) into large
    from ticket_texts t tablesample system ((
      select least(100, 20 * 100.0 / greatest(relpages, 1)) from pg_class where oid = 'ticket_texts'::regclass));
    if met < 8 then
      with said as materialized (
        select t.ticket_id as ticket, t.at, t.id from ticket_texts t
        where (large or t.org_id = o) and t.org_id is not distinct from o and t.ts @@ words limit 8000 + 1
      )
      select array_agg(said.ticket order by said.at desc, said.id desc), count(*) into found, seen from said;
    end if;
    if met >= 8 or seen > 8000 then
      select t.at into oldest from ticket_texts t where t.org_id = o order by t.at, t.id limit 1;
      met := greatest(met, 8);
      loop
        since := newest - least(newest - oldest + interval '1 day',
          greatest(newest - since, interval '1 second') * (1 + 3.0 / sqrt(met)) * 500 / met);
        with said as materialized (
          select t.ticket_id as ticket, t.at, t.id from ticket_texts t
          where (large or t.org_id = o) and t.org_id is not distinct from o and t.ts @@ words and uuid_hash_extended(t.org_id, 0) = uuid_hash_extended(o, 0) and t.at >= since
        )
        select array_agg(l.ticket order by l.at desc, l.id desc), count(*) into found, met
        from (select * from said order by said.at desc, said.id desc limit 500) l;
        exit when met >= 500 or since < oldest;
        met := greatest(met, 8);
      end loop;
    end if;
  end if;
  return query select distinct unnest(found[:500]);

  if fragment <> '' then
    looked := 2000;
    loop
      select array_agg(l.id order by l.at desc, l.id desc) filter (where l.fits), count(l.fits), count(*)
        into found, met, seen
      from (select t.id, t.last_activity_at as at, case when t.needle like pattern then true end as fits
        from tickets t where t.org_id = o order by t.last_activity_at desc, t.id desc limit looked) l;
      exit when met >= 200 or seen < looked or met * 50 < seen;
      looked := (looked * (1 + 3.0 / sqrt(met)) * 200 / met)::bigint;
    end loop;
    if met < 200 and seen = looked then return query
      with named as materialized (
        select t.id, t.last_activity_at as at from tickets t
        where t.org_id = o and t.needle like pattern limit 10001
      )
      (select id from named where (select count(*) from named) <= 10000 order by at desc, id desc limit 200)
      union
      (select t.id from tickets t
       where (select count(*) from named) > 10000 and t.org_id = o
         and case when t.needle like pattern then true end
       order by t.last_activity_at desc, t.id desc limit 200);
    else return query select unnest(found[:200]);
    end if;
  end if;
end $$;
