CREATE TABLE job_offers (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	source TEXT NOT NULL,
	offer_identity_key TEXT NOT NULL,
	source_id TEXT,
	run_id UUID,
	url TEXT NOT NULL,
	title TEXT NOT NULL,
	company TEXT,
	location TEXT,
	salary TEXT,
	salary_min BIGINT,
	salary_max BIGINT,
	salary_currency TEXT,
	salary_period TEXT,
	salary_kind TEXT,
	employment_type TEXT,
	category TEXT,
	facets JSONB NOT NULL,
	source_company_profile_url TEXT,
	apply_url TEXT,
	posted_at TIMESTAMP WITH TIME ZONE,
	description TEXT NOT NULL,
	requirements JSONB NOT NULL,
	details JSONB NOT NULL,
	tags JSONB NOT NULL,
	content_hash TEXT NOT NULL,
	quality_state TEXT NOT NULL,
	quality_reason TEXT,
	is_expired BOOLEAN NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE,
	first_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
	last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
	last_full_scrape_at TIMESTAMP WITH TIME ZONE,
	last_matched_at TIMESTAMP WITH TIME ZONE,
	fetched_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_job_offers PRIMARY KEY (org_id, id),
	CONSTRAINT uq_job_offers_org_id_source_offer_identity_key UNIQUE (org_id, source, offer_identity_key)
);

CREATE INDEX job_offers_expiring ON job_offers (org_id, is_expired, expires_at);

CREATE INDEX job_offers_newest ON job_offers (org_id, last_seen_at, id);

CREATE INDEX job_offers_of_source ON job_offers (org_id, source, last_seen_at);

alter table job_offers enable row level security;

alter table job_offers force row level security;

create policy job_offers_org_isolation on job_offers using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on job_offers to waypost_app, waypost_worker;

grant select on job_offers to waypost_backup;

CREATE TABLE job_source_runs (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	source_slug TEXT NOT NULL,
	user_id UUID,
	career_profile_id UUID,
	listing_url TEXT,
	canonical_listing_url TEXT,
	filters JSONB NOT NULL,
	wanted BIGINT NOT NULL,
	relax BOOLEAN NOT NULL,
	force_refresh BOOLEAN NOT NULL,
	intent_fingerprint TEXT NOT NULL,
	idempotency_key TEXT,
	trace_id UUID NOT NULL,
	request_id TEXT,
	origin TEXT NOT NULL,
	mode TEXT NOT NULL,
	continues_run_id UUID,
	status TEXT NOT NULL,
	total_found BIGINT,
	scraped_count BIGINT,
	error TEXT,
	failure_type TEXT,
	failure_code TEXT,
	classified_outcome TEXT,
	empty_reason TEXT,
	source_quality TEXT,
	diagnostics JSONB NOT NULL,
	progress JSONB NOT NULL,
	resume JSONB,
	retry_of_run_id UUID,
	retry_count BIGINT NOT NULL,
	lease_token BIGINT NOT NULL,
	lease_expires_at TIMESTAMP WITH TIME ZONE,
	worker_instance TEXT,
	dispatch_until TIMESTAMP WITH TIME ZONE,
	dispatched_at TIMESTAMP WITH TIME ZONE,
	started_at TIMESTAMP WITH TIME ZONE,
	last_heartbeat_at TIMESTAMP WITH TIME ZONE,
	last_signal_at TIMESTAMP WITH TIME ZONE NOT NULL,
	cancel_requested_at TIMESTAMP WITH TIME ZONE,
	closed_by_watchdog BOOLEAN NOT NULL,
	late_result_accepted_at TIMESTAMP WITH TIME ZONE,
	replayed BOOLEAN NOT NULL,
	completed_at TIMESTAMP WITH TIME ZONE,
	finalized_at TIMESTAMP WITH TIME ZONE,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_job_source_runs PRIMARY KEY (org_id, id),
	CONSTRAINT fk_job_source_runs_org_id_retry_of_run_id FOREIGN KEY(org_id, retry_of_run_id) REFERENCES job_source_runs (org_id, id),
	CONSTRAINT uq_job_source_runs_org_id_user_id_idempotency_key UNIQUE (org_id, user_id, idempotency_key)
);

CREATE INDEX job_source_runs_by_status ON job_source_runs (org_id, status, created_at);

CREATE INDEX job_source_runs_by_time ON job_source_runs (org_id, created_at, id);

CREATE INDEX job_source_runs_by_trace ON job_source_runs (org_id, trace_id);

CREATE INDEX job_source_runs_live ON job_source_runs (org_id, last_signal_at) WHERE status in ('PENDING', 'RUNNING');

CREATE INDEX job_source_runs_of_intent ON job_source_runs (org_id, user_id, intent_fingerprint, created_at);

CREATE INDEX job_source_runs_of_listing ON job_source_runs (org_id, canonical_listing_url, created_at);

CREATE INDEX job_source_runs_of_person ON job_source_runs (org_id, user_id, created_at, id);

CREATE INDEX job_source_runs_of_source ON job_source_runs (org_id, source_slug, created_at);

CREATE UNIQUE INDEX job_source_runs_one_live_retry ON job_source_runs (org_id, retry_of_run_id) WHERE retry_of_run_id is not null and status in ('PENDING', 'RUNNING');

CREATE INDEX job_source_runs_retries ON job_source_runs (org_id, retry_of_run_id, created_at);

alter table job_source_runs enable row level security;

alter table job_source_runs force row level security;

create policy job_source_runs_org_isolation on job_source_runs using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on job_source_runs to waypost_app, waypost_worker;

grant select on job_source_runs to waypost_backup;

CREATE TABLE inbound_runs (
	run_id UUID NOT NULL,
	org_id UUID NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_inbound_runs PRIMARY KEY (run_id),
	CONSTRAINT fk_inbound_runs_org_id FOREIGN KEY(org_id) REFERENCES organizations (id)
);

CREATE INDEX inbound_runs_org ON inbound_runs (org_id, created_at);

grant select on inbound_runs to waypost_backup;

CREATE TABLE job_source_run_attempts (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	source_run_id UUID NOT NULL,
	attempt_no BIGINT NOT NULL,
	queue_task_name TEXT,
	queue_provider TEXT,
	status TEXT NOT NULL,
	started_at TIMESTAMP WITH TIME ZONE,
	completed_at TIMESTAMP WITH TIME ZONE,
	failure_type TEXT,
	failure_code TEXT,
	error TEXT,
	payload_hash TEXT,
	CONSTRAINT pk_job_source_run_attempts PRIMARY KEY (org_id, id),
	CONSTRAINT fk_job_source_run_attempts_org_id_source_run_id FOREIGN KEY(org_id, source_run_id) REFERENCES job_source_runs (org_id, id),
	CONSTRAINT uq_job_source_run_attempts_org_id_source_run_id_attempt_no UNIQUE (org_id, source_run_id, attempt_no)
);

alter table job_source_run_attempts enable row level security;

alter table job_source_run_attempts force row level security;

create policy job_source_run_attempts_org_isolation on job_source_run_attempts using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on job_source_run_attempts to waypost_app, waypost_worker;

grant select on job_source_run_attempts to waypost_backup;

CREATE TABLE job_source_run_events (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	source_run_id UUID NOT NULL,
	trace_id UUID NOT NULL,
	event_type TEXT NOT NULL,
	severity TEXT NOT NULL,
	request_id TEXT,
	phase TEXT,
	attempt_no BIGINT,
	code TEXT,
	message TEXT,
	meta JSONB NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_job_source_run_events PRIMARY KEY (org_id, id),
	CONSTRAINT fk_job_source_run_events_org_id_source_run_id FOREIGN KEY(org_id, source_run_id) REFERENCES job_source_runs (org_id, id)
);

CREATE INDEX job_source_run_events_by_type ON job_source_run_events (org_id, event_type, created_at);

CREATE INDEX job_source_run_events_of_run ON job_source_run_events (org_id, source_run_id, created_at, id);

alter table job_source_run_events enable row level security;

alter table job_source_run_events force row level security;

create policy job_source_run_events_org_isolation on job_source_run_events using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on job_source_run_events to waypost_app, waypost_worker;

grant select on job_source_run_events to waypost_backup;

CREATE TABLE run_offers (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	run_id UUID NOT NULL,
	offer_id UUID NOT NULL,
	discovered_at TIMESTAMP WITH TIME ZONE NOT NULL,
	via TEXT NOT NULL,
	relaxed BOOLEAN NOT NULL,
	CONSTRAINT pk_run_offers PRIMARY KEY (org_id, id),
	CONSTRAINT fk_run_offers_org_id_run_id FOREIGN KEY(org_id, run_id) REFERENCES job_source_runs (org_id, id),
	CONSTRAINT fk_run_offers_org_id_offer_id FOREIGN KEY(org_id, offer_id) REFERENCES job_offers (org_id, id),
	CONSTRAINT uq_run_offers_org_id_run_id_offer_id UNIQUE (org_id, run_id, offer_id)
);

CREATE INDEX run_offers_of_offer ON run_offers (org_id, offer_id);

alter table run_offers enable row level security;

alter table run_offers force row level security;

create policy run_offers_org_isolation on run_offers using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on run_offers to waypost_app, waypost_worker;

grant select on run_offers to waypost_backup;

CREATE TABLE scrape_execution_events (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	source_run_id UUID NOT NULL,
	lease_token BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	trace_id UUID,
	request_id TEXT,
	task_id TEXT,
	dedupe_key TEXT,
	execution_status TEXT,
	stage TEXT NOT NULL,
	status TEXT NOT NULL,
	code TEXT NOT NULL,
	message TEXT,
	meta JSONB NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_scrape_execution_events PRIMARY KEY (org_id, id),
	CONSTRAINT fk_scrape_execution_events_org_id_source_run_id FOREIGN KEY(org_id, source_run_id) REFERENCES job_source_runs (org_id, id),
	CONSTRAINT uq_scrape_execution_events_org_id_source_run_id_lease_token_seq UNIQUE (org_id, source_run_id, lease_token, seq)
);

CREATE INDEX scrape_execution_events_by_stage ON scrape_execution_events (org_id, stage, created_at);

alter table scrape_execution_events enable row level security;

alter table scrape_execution_events force row level security;

create policy scrape_execution_events_org_isolation on scrape_execution_events using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on scrape_execution_events to waypost_app, waypost_worker;

grant select on scrape_execution_events to waypost_backup;

grant select, insert, update, delete on inbound_runs to waypost_owner;

revoke all on inbound_runs from public, waypost_app, waypost_worker;

create or replace function identity_inbound_run(wanted uuid) returns uuid language sql stable security definer set search_path = public, pg_temp as $body$ select org_id from inbound_runs where run_id = wanted $body$;

alter function identity_inbound_run(uuid) owner to waypost_owner;

revoke all on function identity_inbound_run(uuid) from public;

grant execute on function identity_inbound_run(uuid) to waypost_app;

create or replace function identity_take_run(wanted uuid, org uuid, moment timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with taken as (
          insert into inbound_runs (run_id, org_id, created_at)
          select wanted, org, moment where org = app_org()
          on conflict (run_id) do nothing
          returning 1)
        select exists (select from taken)
         $body$;

alter function identity_take_run(uuid, uuid, timestamptz) owner to waypost_owner;

revoke all on function identity_take_run(uuid, uuid, timestamptz) from public;

grant execute on function identity_take_run(uuid, uuid, timestamptz) to waypost_app;
