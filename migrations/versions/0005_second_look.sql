alter table archive_exports add loose JSONB;

alter table archive_sources add walked_page BIGINT NOT NULL default 0;

alter table archive_sources alter walked_page drop default;

alter table source_hosts add crawl_delay_ms BIGINT;

CREATE TABLE tags (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	name TEXT NOT NULL,
	name_folded TEXT NOT NULL,
	color TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_tags PRIMARY KEY (org_id, id),
	CONSTRAINT uq_tags_org_id_name_folded UNIQUE (org_id, name_folded)
);

CREATE INDEX tags_in_order ON tags (org_id, created_at, id);

alter table tags enable row level security;

alter table tags force row level security;

create policy tags_org_isolation on tags using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on tags to waypost_app, waypost_worker;

grant select on tags to waypost_backup;

CREATE INDEX archive_export_items_of_record ON archive_export_items (org_id, record_id);

CREATE TABLE archive_participants (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	record_id UUID NOT NULL,
	address TEXT NOT NULL,
	CONSTRAINT pk_archive_participants PRIMARY KEY (org_id, id),
	CONSTRAINT uq_archive_participants_org_id_record_id_address UNIQUE (org_id, record_id, address),
	CONSTRAINT fk_archive_participants_org_id_record_id FOREIGN KEY(org_id, record_id) REFERENCES archive_records (org_id, id)
);

CREATE INDEX archive_participants_by_address ON archive_participants (org_id, address, record_id);

alter table archive_participants enable row level security;

alter table archive_participants force row level security;

create policy archive_participants_org_isolation on archive_participants using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_participants to waypost_app, waypost_worker;

grant select on archive_participants to waypost_backup;

alter table archive_terms add read_at TIMESTAMP WITH TIME ZONE;

CREATE INDEX archive_terms_unread ON archive_terms (org_id, record_id) WHERE read_at is null;

alter table message_attachments add scan_state TEXT NOT NULL default 'unscanned';

alter table message_attachments alter scan_state drop default;

alter table message_attachments add scan_found TEXT;

CREATE INDEX attachments_by_blob ON message_attachments (org_id, blob_id);

CREATE INDEX attachments_unscanned ON message_attachments (org_id, id) WHERE scan_state = 'unscanned';

CREATE INDEX contents_by_reader ON message_contents (org_id, parser_version, id);

CREATE TABLE message_former_contents (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	message_id UUID NOT NULL,
	content_version BIGINT NOT NULL,
	parser_version BIGINT NOT NULL,
	parsed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	replaced_at TIMESTAMP WITH TIME ZONE NOT NULL,
	said JSONB NOT NULL,
	CONSTRAINT pk_message_former_contents PRIMARY KEY (org_id, id),
	CONSTRAINT fk_message_former_contents_org_id_message_id FOREIGN KEY(org_id, message_id) REFERENCES messages (org_id, id),
	CONSTRAINT uq_message_former_contents_org_id_message_id_content_version UNIQUE (org_id, message_id, content_version)
);

alter table message_former_contents enable row level security;

alter table message_former_contents force row level security;

create policy message_former_contents_org_isolation on message_former_contents using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on message_former_contents to waypost_app, waypost_worker;

grant select on message_former_contents to waypost_backup;

CREATE TABLE routing_rule_add_tags (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	rule_id UUID NOT NULL,
	tag_id UUID NOT NULL,
	CONSTRAINT pk_routing_rule_add_tags PRIMARY KEY (org_id, id),
	CONSTRAINT fk_routing_rule_add_tags_org_id_rule_id FOREIGN KEY(org_id, rule_id) REFERENCES routing_rules (org_id, id) ON DELETE CASCADE,
	CONSTRAINT fk_routing_rule_add_tags_org_id_tag_id FOREIGN KEY(org_id, tag_id) REFERENCES tags (org_id, id),
	CONSTRAINT uq_routing_rule_add_tags_org_id_rule_id_tag_id UNIQUE (org_id, rule_id, tag_id)
);

CREATE INDEX routing_rule_add_tags_of_tag ON routing_rule_add_tags (org_id, tag_id);

alter table routing_rule_add_tags enable row level security;

alter table routing_rule_add_tags force row level security;

create policy routing_rule_add_tags_org_isolation on routing_rule_add_tags using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on routing_rule_add_tags to waypost_app, waypost_worker;

grant select on routing_rule_add_tags to waypost_backup;

CREATE TABLE ticket_tags (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	ticket_id UUID NOT NULL,
	tag_id UUID NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_ticket_tags PRIMARY KEY (org_id, id),
	CONSTRAINT fk_ticket_tags_org_id_ticket_id FOREIGN KEY(org_id, ticket_id) REFERENCES tickets (org_id, id),
	CONSTRAINT fk_ticket_tags_org_id_tag_id FOREIGN KEY(org_id, tag_id) REFERENCES tags (org_id, id) ON DELETE CASCADE,
	CONSTRAINT uq_ticket_tags_org_id_ticket_id_tag_id UNIQUE (org_id, ticket_id, tag_id)
);

CREATE INDEX ticket_tags_of_tag ON ticket_tags (org_id, tag_id, ticket_id);

alter table ticket_tags enable row level security;

alter table ticket_tags force row level security;

create policy ticket_tags_org_isolation on ticket_tags using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on ticket_tags to waypost_app, waypost_worker;

grant select on ticket_tags to waypost_backup;

CREATE INDEX user_job_offers_planned ON user_job_offers (org_id, user_id, follow_up_at, id) WHERE follow_up_at is not null;

create or replace function search_archive(pattern text)
returns table (record_id uuid) language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
set enable_seqscan = off set max_parallel_workers_per_gather = 0 as $$
declare
  o uuid := app_org();
  near uuid[];
begin
  if o is null then raise exception 'no organisation' using errcode = '42501'; end if;
  if (select count(*) from
      (select r.needle from archive_records r where r.org_id = o and r.kept_at is not null
       order by r.kept_at desc, r.id desc limit 1000) newest
      where newest.needle like pattern) >= 25 then
    near := array(select walked.id from
      (select r.id, r.needle from archive_records r where r.org_id = o and r.kept_at is not null
       order by r.kept_at desc, r.id desc limit 50000) walked
      where walked.needle like pattern limit 1000);
    if cardinality(near) = 1000 then
      return query select unnest(near);
      return;
    end if;
  end if;
  return query
    with named as materialized (
      select r.id, r.kept_at as at from archive_records r where r.org_id = o and r.needle like pattern limit 4001
    )
    (select id from named where (select count(*) from named) <= 4000 order by at desc, id desc limit 1000)
    union
    (select r.id from archive_records r
     where (select count(*) from named) > 4000 and r.org_id = o and r.kept_at is not null
       and case when r.needle like pattern then true end
     order by r.kept_at desc, r.id desc limit 1000);
end $$;

create or replace function identity_change_organization(org uuid, its_zone text, its_locale text) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with told as (
          update organizations set zone = coalesce(its_zone, zone),
            locale = case when its_locale is null then locale else nullif(its_locale, '') end
          where id = org and org = app_org() returning 1)
        select exists (select from told)
         $body$;

alter function identity_change_organization(uuid, text, text) owner to waypost_owner;

revoke all on function identity_change_organization(uuid, text, text) from public;

grant execute on function identity_change_organization(uuid, text, text) to waypost_app;

create or replace function sourcing_pace_host(wanted_host text, told bigint, moment timestamptz) returns bigint language sql volatile security definer set search_path = public, pg_temp as $body$
        insert into source_hosts as s (host, next_free_at, crawl_delay_ms, updated_at)
        values (wanted_host, moment, told, moment)
        on conflict (host) do update set
          crawl_delay_ms = coalesce(excluded.crawl_delay_ms, s.crawl_delay_ms), updated_at = moment
        returning coalesce(crawl_delay_ms, 0)
         $body$;

alter function sourcing_pace_host(text, bigint, timestamptz) owner to waypost_owner;

revoke all on function sourcing_pace_host(text, bigint, timestamptz) from public;

grant execute on function sourcing_pace_host(text, bigint, timestamptz) to waypost_app;
