CREATE TABLE archive_put_aside (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	request_id UUID NOT NULL,
	storage_key TEXT NOT NULL,
	put_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_archive_put_aside PRIMARY KEY (org_id, id),
	CONSTRAINT uq_archive_put_aside_org_id_request_id_storage_key UNIQUE (org_id, request_id, storage_key)
);

CREATE INDEX archive_put_aside_by_age ON archive_put_aside (org_id, put_at, id);

CREATE INDEX archive_put_aside_by_key ON archive_put_aside (org_id, storage_key);

alter table archive_put_aside enable row level security;

alter table archive_put_aside force row level security;

create policy archive_put_aside_org_isolation on archive_put_aside using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_put_aside to waypost_app, waypost_worker;

grant select on archive_put_aside to waypost_backup;

alter table archive_requests add people_read_at TIMESTAMP WITH TIME ZONE;

alter table archive_requests add forgotten_at TIMESTAMP WITH TIME ZONE;

alter table archive_requests add forgotten_because TEXT;

alter table archive_requests add held_at TIMESTAMP WITH TIME ZONE;

alter table archive_requests add held_by UUID;

alter table archive_requests add held_because TEXT;

CREATE INDEX archive_requests_over ON archive_requests (org_id, ended_at, id) WHERE ended_at is not null and version_id is null and forgotten_at is null;

CREATE INDEX archive_requests_unread ON archive_requests (org_id, id) WHERE snapshot_key is not null and version_id is null and people_read_at is null;

alter table organizations add chosen_zone TEXT;

CREATE TABLE archive_release_wishes (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	release_id UUID NOT NULL,
	request_id UUID NOT NULL,
	state TEXT NOT NULL,
	because TEXT,
	ended_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_archive_release_wishes PRIMARY KEY (org_id, id),
	CONSTRAINT fk_archive_release_wishes_org_id_release_id FOREIGN KEY(org_id, release_id) REFERENCES archive_releases (org_id, id),
	CONSTRAINT fk_archive_release_wishes_org_id_request_id FOREIGN KEY(org_id, request_id) REFERENCES archive_requests (org_id, id),
	CONSTRAINT uq_archive_release_wishes_org_id_release_id_request_id UNIQUE (org_id, release_id, request_id)
);

CREATE INDEX archive_release_wishes_of_request ON archive_release_wishes (org_id, request_id);

alter table archive_release_wishes enable row level security;

alter table archive_release_wishes force row level security;

create policy archive_release_wishes_org_isolation on archive_release_wishes using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_release_wishes to waypost_app, waypost_worker;

grant select on archive_release_wishes to waypost_backup;

CREATE TABLE archive_requests_concern (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	request_id UUID NOT NULL,
	address TEXT NOT NULL,
	CONSTRAINT pk_archive_requests_concern PRIMARY KEY (org_id, id),
	CONSTRAINT uq_archive_requests_concern_org_id_request_id_address UNIQUE (org_id, request_id, address),
	CONSTRAINT fk_archive_requests_concern_org_id_request_id FOREIGN KEY(org_id, request_id) REFERENCES archive_requests (org_id, id)
);

CREATE INDEX archive_requests_concern_by_address ON archive_requests_concern (org_id, address, request_id);

alter table archive_requests_concern enable row level security;

alter table archive_requests_concern force row level security;

create policy archive_requests_concern_org_isolation on archive_requests_concern using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_requests_concern to waypost_app, waypost_worker;

grant select on archive_requests_concern to waypost_backup;

CREATE INDEX ticket_texts_since ON ticket_texts (uuid_hash_extended(org_id, 0), at);

create or replace function identity_change_organization(org uuid, its_zone text, its_locale text) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with told as (
          update organizations set zone = coalesce(its_zone, zone), chosen_zone = coalesce(its_zone, chosen_zone),
            locale = case when its_locale is null then locale else nullif(its_locale, '') end
          where id = org and org = app_org() returning 1)
        select exists (select from told)
         $body$;

create or replace function identity_chosen_zone(org uuid) returns text language sql stable security definer set search_path = public, pg_temp as $body$ select coalesce(o.chosen_zone, nullif(o.zone, 'UTC')) from organizations o where o.id = org $body$;

alter function identity_chosen_zone(uuid) owner to waypost_owner;

revoke all on function identity_chosen_zone(uuid) from public;

grant execute on function identity_chosen_zone(uuid) to waypost_app;

create or replace function search_offers(question text, beginning boolean, marks text, since timestamptz,
  standing boolean, currency text, pay bigint, before_at timestamptz, before_id uuid, most integer)
returns table (offer_id uuid, at timestamptz) language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
set enable_seqscan = off set max_parallel_workers_per_gather = 0 as $$
#variable_conflict use_column
declare
  org uuid := app_org();
  asked tsquery := offer_question(question, beginning);
  found integer; recent integer; ids uuid[]; ats timestamptz[];
begin
  if org is null then raise exception 'no organisation' using errcode = '42501'; end if;
  if marks <> '' then asked := asked && marks::tsquery; end if;
  if numnode(asked) > 0 then
    select array_agg(near.offer_id), array_agg(near.at) into ids, ats from
      (select t.offer_id, t.at from
        (select t.org_id, t.offer_id, t.at, t.ts from job_offer_texts t
         where t.org_id = org and (before_id is null or (t.at, t.offer_id) < (before_at, before_id))
         order by t.at desc, t.offer_id desc limit 2000) t
       join job_offers o on o.org_id = t.org_id and o.id = t.offer_id
       where t.ts @@ asked and (since is null or o.last_seen_at >= since) and (standing is null or o.is_expired <> standing)
        and (pay is null or o.salary_currency = currency and o.salary_monthly >= pay) order by t.at desc, t.offer_id desc limit most) near;
    if cardinality(ids) = most then
      return query select * from unnest(ids, ats);
      return;
    end if;
    select count(*) into found from
      (select from job_offer_texts t where t.org_id = org and t.ts @@ asked limit 4001) one;
    if found <= 4000 then
      return query with few as materialized
          (select t.offer_id, t.at from job_offer_texts t where t.org_id = org and t.ts @@ asked)
        select t.offer_id, t.at from few t join job_offers o on o.org_id = org and o.id = t.offer_id
        where (before_id is null or (t.at, t.offer_id) < (before_at, before_id)) and (since is null or o.last_seen_at >= since) and (standing is null or o.is_expired <> standing)
        and (pay is null or o.salary_currency = currency and o.salary_monthly >= pay) order by t.at desc, t.offer_id desc limit most;
      return;
    end if;
  end if;
  if since is not null then
    select count(*) into recent from
      (select from job_offers o where o.org_id = org and o.last_seen_at >= since limit 4001) one;
    if recent <= 4000 then
      return query with few as materialized
          (select o.id, o.first_seen_at from job_offers o where o.org_id = org and (since is null or o.last_seen_at >= since) and (standing is null or o.is_expired <> standing)
        and (pay is null or o.salary_currency = currency and o.salary_monthly >= pay))
        select o.id, o.first_seen_at from few o
        where (before_id is null or (o.first_seen_at, o.id) < (before_at, before_id)) and (numnode(asked) = 0 or exists
          (select from job_offer_texts t where t.org_id = org and t.offer_id = o.id and t.ts @@ asked))
        order by o.first_seen_at desc, o.id desc limit most;
      return;
    end if;
  end if;
  if numnode(asked) > 0 then
    return query select t.offer_id, t.at from job_offer_texts t join job_offers o on o.org_id = t.org_id and o.id = t.offer_id where t.org_id = org and (before_id is null or (t.at, t.offer_id) < (before_at, before_id))
      and case when t.ts @@ asked then true end and (since is null or o.last_seen_at >= since) and (standing is null or o.is_expired <> standing)
        and (pay is null or o.salary_currency = currency and o.salary_monthly >= pay) order by t.at desc, t.offer_id desc limit most;
  else
    return query select o.id, o.first_seen_at from job_offers o where o.org_id = org
      and (before_id is null or (o.first_seen_at, o.id) < (before_at, before_id)) and (since is null or o.last_seen_at >= since) and (standing is null or o.is_expired <> standing)
        and (pay is null or o.salary_currency = currency and o.salary_monthly >= pay)
      order by o.first_seen_at desc, o.id desc limit most;
  end if;
end $$;

create or replace function search_tickets(words tsquery, fragment text)
returns table (ticket_id uuid) language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan set work_mem = '32MB'
set enable_seqscan = off set max_parallel_workers_per_gather = 0 as $$
declare o uuid := app_org(); pattern text := '%' || fragment || '%';
  found uuid[]; met bigint; seen bigint; newest timestamptz; since timestamptz; oldest timestamptz;
  looked bigint := 2000;
begin
  if o is null then raise exception 'no organisation' using errcode = '42501'; end if;

  loop
    select array_agg(l.ticket order by l.at desc, l.id desc) filter (where l.fits), count(l.fits), count(*), max(l.at),
      min(l.at) into found, met, seen, newest, since
    from (select t.ticket_id as ticket, t.at, t.id, case when t.ts @@ words then true end as fits
      from ticket_texts t where t.org_id = o order by t.at desc, t.id desc limit looked) l;
    exit when met >= 500 or seen < looked or met * 10 < seen;
    looked := (looked * 1.5 * 500 / met)::bigint;
  end loop;
  if met < 500 and seen = looked then
    if met < 8 then
      with said as materialized (
        select t.ticket_id as ticket, t.at, t.id from ticket_texts t
        where t.org_id = o and t.ts @@ words limit 4001
      )
      select array_agg(said.ticket order by said.at desc, said.id desc), count(*) into found, seen from said;
    end if;
    if met >= 8 or seen > 4000 then
      select t.at into oldest from ticket_texts t where t.org_id = o order by t.at, t.id limit 1;
      loop
        since := newest - least(newest - oldest + interval '1 day',
          greatest(newest - since, interval '1 second') * (1.5 * 500 / greatest(met, 8)));
        with said as materialized (
          select t.ticket_id as ticket, t.at, t.id from ticket_texts t
          where t.org_id = o and t.ts @@ words and uuid_hash_extended(t.org_id, 0) = uuid_hash_extended(o, 0) and t.at >= since
        )
        select array_agg(l.ticket order by l.at desc, l.id desc), count(*) into found, met
        from (select * from said order by said.at desc, said.id desc limit 500) l;
        exit when met >= 500 or since < oldest;
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
      looked := (looked * 1.5 * 200 / met)::bigint;
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
