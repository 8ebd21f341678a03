CREATE TABLE answer_minutes (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	minute TIMESTAMP WITH TIME ZONE NOT NULL,
	doors TEXT NOT NULL,
	total BIGINT NOT NULL,
	faults BIGINT NOT NULL,
	within BIGINT[] NOT NULL,
	CONSTRAINT pk_answer_minutes PRIMARY KEY (org_id, id)
);

CREATE INDEX answer_minutes_in_order ON answer_minutes (org_id, minute);

alter table answer_minutes enable row level security;

alter table answer_minutes force row level security;

create policy answer_minutes_org_isolation on answer_minutes using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on answer_minutes to waypost_app, waypost_worker;

grant select on answer_minutes to waypost_backup;

CREATE TABLE api_request_events (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	user_id UUID,
	request_id TEXT NOT NULL,
	level TEXT NOT NULL,
	method TEXT NOT NULL,
	path TEXT NOT NULL,
	status_code BIGINT NOT NULL,
	duration_ms BIGINT NOT NULL,
	meta JSONB NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_api_request_events PRIMARY KEY (org_id, id)
);

CREATE INDEX api_request_events_newest ON api_request_events (org_id, created_at, id);

CREATE INDEX api_request_events_of_request ON api_request_events (org_id, request_id);

alter table api_request_events enable row level security;

alter table api_request_events force row level security;

create policy api_request_events_org_isolation on api_request_events using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on api_request_events to waypost_app, waypost_worker;

grant select on api_request_events to waypost_backup;

CREATE TABLE authorization_events (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	user_id UUID,
	request_id TEXT NOT NULL,
	permission TEXT NOT NULL,
	decision TEXT NOT NULL,
	method TEXT NOT NULL,
	path TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_authorization_events PRIMARY KEY (org_id, id)
);

CREATE INDEX authorization_events_newest ON authorization_events (org_id, created_at, id);

alter table authorization_events enable row level security;

alter table authorization_events force row level security;

create policy authorization_events_org_isolation on authorization_events using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on authorization_events to waypost_app, waypost_worker;

grant select on authorization_events to waypost_backup;

CREATE TABLE callback_dead_letters (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	source_run_id UUID NOT NULL,
	entry TEXT NOT NULL,
	kind TEXT NOT NULL,
	event_id TEXT NOT NULL,
	request_id TEXT,
	reason TEXT,
	last_status BIGINT,
	permanence TEXT NOT NULL,
	attempts BIGINT NOT NULL,
	state TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
	resolved_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_callback_dead_letters PRIMARY KEY (org_id, id),
	CONSTRAINT uq_callback_dead_letters_org_id_source_run_id_event_id UNIQUE (org_id, source_run_id, event_id)
);

CREATE INDEX callback_dead_letters_newest ON callback_dead_letters (org_id, created_at, id);

CREATE INDEX callback_dead_letters_open ON callback_dead_letters (org_id, state, created_at);

alter table callback_dead_letters enable row level security;

alter table callback_dead_letters force row level security;

create policy callback_dead_letters_org_isolation on callback_dead_letters using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on callback_dead_letters to waypost_app, waypost_worker;

grant select on callback_dead_letters to waypost_backup;

CREATE TABLE job_offer_raw_payloads (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	observation_id UUID NOT NULL,
	type TEXT NOT NULL,
	payload JSON NOT NULL,
	CONSTRAINT pk_job_offer_raw_payloads PRIMARY KEY (org_id, id),
	CONSTRAINT uq_job_offer_raw_payloads_org_id_observation_id_type UNIQUE (org_id, observation_id, type)
);

alter table job_offer_raw_payloads enable row level security;

alter table job_offer_raw_payloads force row level security;

create policy job_offer_raw_payloads_org_isolation on job_offer_raw_payloads using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on job_offer_raw_payloads to waypost_app, waypost_worker;

grant select on job_offer_raw_payloads to waypost_backup;

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
	company_key TEXT,
	location TEXT,
	salary TEXT,
	salary_min BIGINT,
	salary_max BIGINT,
	salary_currency TEXT,
	salary_period TEXT,
	salary_kind TEXT,
	salary_monthly BIGINT,
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
	unknown_contract BOOLEAN NOT NULL,
	normalisation_version BIGINT NOT NULL,
	is_expired BOOLEAN NOT NULL,
	expiry_changed_at TIMESTAMP WITH TIME ZONE,
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

CREATE INDEX job_offers_first_seen ON job_offers (org_id, first_seen_at, id);

CREATE INDEX job_offers_matched ON job_offers (org_id, last_matched_at);

CREATE INDEX job_offers_newest ON job_offers (org_id, last_seen_at, id) INCLUDE (source, is_expired, expires_at, quality_state, quality_reason, category, employment_type, unknown_contract);

CREATE INDEX job_offers_of_source ON job_offers (org_id, source, last_seen_at);

CREATE INDEX job_offers_to_read_again ON job_offers (org_id, normalisation_version, id);

alter table job_offers enable row level security;

alter table job_offers force row level security;

create policy job_offers_org_isolation on job_offers using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on job_offers to waypost_app, waypost_worker;

grant select on job_offers to waypost_backup;

create policy job_offers_searching on job_offers for select to waypost_search using (true);

grant select on job_offers to waypost_search;

CREATE TABLE job_source_callback_rejections (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	source_run_id UUID NOT NULL,
	kind TEXT NOT NULL,
	event_id TEXT,
	request_id TEXT,
	code TEXT NOT NULL,
	address TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_job_source_callback_rejections PRIMARY KEY (org_id, id)
);

CREATE INDEX job_source_callback_rejections_newest ON job_source_callback_rejections (org_id, created_at, id);

CREATE INDEX job_source_callback_rejections_of_run ON job_source_callback_rejections (org_id, source_run_id, created_at);

alter table job_source_callback_rejections enable row level security;

alter table job_source_callback_rejections force row level security;

create policy job_source_callback_rejections_org_isolation on job_source_callback_rejections using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on job_source_callback_rejections to waypost_app, waypost_worker;

grant select on job_source_callback_rejections to waypost_backup;

CREATE TABLE job_source_days (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	source_key TEXT NOT NULL,
	day TEXT NOT NULL,
	pages BIGINT NOT NULL,
	CONSTRAINT pk_job_source_days PRIMARY KEY (org_id, id),
	CONSTRAINT uq_job_source_days_org_id_source_key_day UNIQUE (org_id, source_key, day)
);

alter table job_source_days enable row level security;

alter table job_source_days force row level security;

create policy job_source_days_org_isolation on job_source_days using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on job_source_days to waypost_app, waypost_worker;

grant select on job_source_days to waypost_backup;

CREATE TABLE job_source_runs (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	source_slug TEXT NOT NULL,
	user_id UUID,
	career_profile_id UUID,
	listing_url TEXT,
	canonical_listing_url TEXT,
	listing_given BOOLEAN NOT NULL,
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

CREATE INDEX job_source_runs_of_intent ON job_source_runs (org_id, intent_fingerprint, created_at);

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

CREATE TABLE job_sources (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	key TEXT NOT NULL,
	name TEXT NOT NULL,
	adapter TEXT NOT NULL,
	recipe JSONB,
	hosts JSONB NOT NULL,
	listing_url TEXT,
	is_enabled BOOLEAN NOT NULL,
	permission_note TEXT,
	permitted_by UUID,
	permitted_at TIMESTAMP WITH TIME ZONE,
	window_from BIGINT,
	window_until BIGINT,
	window_zone TEXT NOT NULL,
	interval_ms BIGINT NOT NULL,
	page_cap BIGINT NOT NULL,
	killed_at TIMESTAMP WITH TIME ZONE,
	killed_because TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_job_sources PRIMARY KEY (org_id, id),
	CONSTRAINT uq_job_sources_org_id_key UNIQUE (org_id, key)
);

alter table job_sources enable row level security;

alter table job_sources force row level security;

create policy job_sources_org_isolation on job_sources using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on job_sources to waypost_app, waypost_worker;

grant select on job_sources to waypost_backup;

CREATE TABLE offer_companies (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	key TEXT NOT NULL,
	name TEXT NOT NULL,
	aliases JSONB NOT NULL,
	profiles JSONB NOT NULL,
	first_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_offer_companies PRIMARY KEY (org_id, id),
	CONSTRAINT uq_offer_companies_org_id_key UNIQUE (org_id, key)
);

alter table offer_companies enable row level security;

alter table offer_companies force row level security;

create policy offer_companies_org_isolation on offer_companies using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on offer_companies to waypost_app, waypost_worker;

grant select on offer_companies to waypost_backup;

CREATE TABLE offer_tallies (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	source TEXT NOT NULL,
	hour TIMESTAMP WITH TIME ZONE NOT NULL,
	counts JSONB NOT NULL,
	counted_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_offer_tallies PRIMARY KEY (org_id, id),
	CONSTRAINT uq_offer_tallies_org_id_source_hour UNIQUE (org_id, source, hour)
);

alter table offer_tallies enable row level security;

alter table offer_tallies force row level security;

create policy offer_tallies_org_isolation on offer_tallies using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on offer_tallies to waypost_app, waypost_worker;

grant select on offer_tallies to waypost_backup;

CREATE TABLE ops_alert_events (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	channel TEXT NOT NULL,
	alert_key TEXT NOT NULL,
	notice TEXT NOT NULL,
	payload_hash TEXT NOT NULL,
	status TEXT NOT NULL,
	http_status BIGINT,
	delivered_at TIMESTAMP WITH TIME ZONE,
	error TEXT,
	meta JSONB NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_ops_alert_events PRIMARY KEY (org_id, id)
);

CREATE INDEX ops_alert_events_newest ON ops_alert_events (org_id, created_at, id);

alter table ops_alert_events enable row level security;

alter table ops_alert_events force row level security;

create policy ops_alert_events_org_isolation on ops_alert_events using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on ops_alert_events to waypost_app, waypost_worker;

grant select on ops_alert_events to waypost_backup;

CREATE TABLE ops_alert_samples (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	rule TEXT NOT NULL,
	subject TEXT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	value FLOAT,
	volume BIGINT NOT NULL,
	holds BOOLEAN NOT NULL,
	CONSTRAINT pk_ops_alert_samples PRIMARY KEY (org_id, id)
);

CREATE INDEX ops_alert_samples_of_rule ON ops_alert_samples (org_id, rule, subject, at);

alter table ops_alert_samples enable row level security;

alter table ops_alert_samples force row level security;

create policy ops_alert_samples_org_isolation on ops_alert_samples using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on ops_alert_samples to waypost_app, waypost_worker;

grant select on ops_alert_samples to waypost_backup;

CREATE TABLE ops_alert_states (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	rule TEXT NOT NULL,
	subject TEXT NOT NULL,
	state TEXT NOT NULL,
	value FLOAT,
	volume BIGINT NOT NULL,
	says TEXT,
	since_at TIMESTAMP WITH TIME ZONE,
	clear_since_at TIMESTAMP WITH TIME ZONE,
	seen BIGINT NOT NULL,
	sampled_at TIMESTAMP WITH TIME ZONE,
	fired_at TIMESTAMP WITH TIME ZONE,
	resolved_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_ops_alert_states PRIMARY KEY (org_id, id),
	CONSTRAINT uq_ops_alert_states_org_id_rule_subject UNIQUE (org_id, rule, subject)
);

alter table ops_alert_states enable row level security;

alter table ops_alert_states force row level security;

create policy ops_alert_states_org_isolation on ops_alert_states using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on ops_alert_states to waypost_app, waypost_worker;

grant select on ops_alert_states to waypost_backup;

CREATE TABLE scrape_schedule_events (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	schedule_id UUID NOT NULL,
	user_id UUID NOT NULL,
	source_run_id UUID,
	trace_id UUID,
	request_id TEXT,
	event_type TEXT NOT NULL,
	severity TEXT NOT NULL,
	code TEXT,
	message TEXT,
	meta JSONB NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_scrape_schedule_events PRIMARY KEY (org_id, id)
);

CREATE INDEX scrape_schedule_events_newest ON scrape_schedule_events (org_id, created_at, id);

CREATE INDEX scrape_schedule_events_of_person ON scrape_schedule_events (org_id, user_id, created_at, id);

CREATE INDEX scrape_schedule_events_of_schedule ON scrape_schedule_events (org_id, schedule_id, created_at, id);

alter table scrape_schedule_events enable row level security;

alter table scrape_schedule_events force row level security;

create policy scrape_schedule_events_org_isolation on scrape_schedule_events using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on scrape_schedule_events to waypost_app, waypost_worker;

grant select on scrape_schedule_events to waypost_backup;

CREATE TABLE scraper_looks (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	reachable BOOLEAN NOT NULL,
	trouble TEXT,
	dead BIGINT NOT NULL,
	oldest_age_seconds FLOAT,
	queued BIGINT NOT NULL,
	active BIGINT NOT NULL,
	answered_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_scraper_looks PRIMARY KEY (org_id, id),
	CONSTRAINT uq_scraper_looks_org_id UNIQUE (org_id)
);

alter table scraper_looks enable row level security;

alter table scraper_looks force row level security;

create policy scraper_looks_org_isolation on scraper_looks using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on scraper_looks to waypost_app, waypost_worker;

grant select on scraper_looks to waypost_backup;

CREATE TABLE source_automation_states (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	source_key TEXT NOT NULL,
	paused_reason TEXT,
	opened_at TIMESTAMP WITH TIME ZONE,
	expires_at TIMESTAMP WITH TIME ZONE,
	last_failure_at TIMESTAMP WITH TIME ZONE,
	failure_mix JSONB NOT NULL,
	override_cleared_at TIMESTAMP WITH TIME ZONE,
	override_expires_at TIMESTAMP WITH TIME ZONE,
	override_by UUID,
	override_note TEXT,
	CONSTRAINT pk_source_automation_states PRIMARY KEY (org_id, id),
	CONSTRAINT uq_source_automation_states_org_id_source_key UNIQUE (org_id, source_key)
);

alter table source_automation_states enable row level security;

alter table source_automation_states force row level security;

create policy source_automation_states_org_isolation on source_automation_states using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on source_automation_states to waypost_app, waypost_worker;

grant select on source_automation_states to waypost_backup;

CREATE TABLE source_hosts (
	host TEXT NOT NULL,
	next_free_at TIMESTAMP WITH TIME ZONE NOT NULL,
	closed_until TIMESTAMP WITH TIME ZONE,
	closed_because TEXT,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_source_hosts PRIMARY KEY (host)
);

CREATE INDEX source_hosts_idle ON source_hosts (updated_at);

grant select on source_hosts to waypost_backup;

CREATE TABLE sourcing_api_presence (
	id BIGSERIAL NOT NULL,
	up_since TIMESTAMP WITH TIME ZONE NOT NULL,
	seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_sourcing_api_presence PRIMARY KEY (id)
);

grant select on sourcing_api_presence to waypost_backup;

CREATE TABLE sourcing_counted (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	until_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_sourcing_counted PRIMARY KEY (org_id, id),
	CONSTRAINT uq_sourcing_counted_org_id UNIQUE (org_id)
);

alter table sourcing_counted enable row level security;

alter table sourcing_counted force row level security;

create policy sourcing_counted_org_isolation on sourcing_counted using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on sourcing_counted to waypost_app, waypost_worker;

grant select on sourcing_counted to waypost_backup;

CREATE TABLE sourcing_counts (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	hour TIMESTAMP WITH TIME ZONE NOT NULL,
	what TEXT NOT NULL,
	word TEXT NOT NULL,
	count BIGINT NOT NULL,
	CONSTRAINT pk_sourcing_counts PRIMARY KEY (org_id, id),
	CONSTRAINT uq_sourcing_counts_org_id_hour_what_word UNIQUE (org_id, hour, what, word)
);

CREATE INDEX sourcing_counts_of_kind ON sourcing_counts (org_id, what, hour);

alter table sourcing_counts enable row level security;

alter table sourcing_counts force row level security;

create policy sourcing_counts_org_isolation on sourcing_counts using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on sourcing_counts to waypost_app, waypost_worker;

grant select on sourcing_counts to waypost_backup;

CREATE TABLE inbound_runs (
	run_id UUID NOT NULL,
	org_id UUID NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_inbound_runs PRIMARY KEY (run_id),
	CONSTRAINT fk_inbound_runs_org_id FOREIGN KEY(org_id) REFERENCES organizations (id)
);

CREATE INDEX inbound_runs_org ON inbound_runs (org_id, created_at);

grant select on inbound_runs to waypost_backup;

CREATE TABLE job_offer_source_observations (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	offer_id UUID NOT NULL,
	source TEXT NOT NULL,
	run_id UUID,
	content_hash TEXT NOT NULL,
	observed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	parser_version TEXT,
	normalisation_version BIGINT NOT NULL,
	via TEXT NOT NULL,
	title TEXT NOT NULL,
	company TEXT,
	location TEXT,
	salary TEXT,
	employment_type TEXT,
	posted_at TIMESTAMP WITH TIME ZONE,
	expires_at TIMESTAMP WITH TIME ZONE,
	is_expired BOOLEAN NOT NULL,
	description TEXT NOT NULL,
	requirements JSONB NOT NULL,
	details JSONB NOT NULL,
	quality_reason TEXT,
	filled JSONB NOT NULL,
	CONSTRAINT pk_job_offer_source_observations PRIMARY KEY (org_id, id),
	CONSTRAINT fk_job_offer_source_observations_org_id_offer_id FOREIGN KEY(org_id, offer_id) REFERENCES job_offers (org_id, id),
	CONSTRAINT uq_job_offer_source_observations_org_id_offer_id_content_hash UNIQUE (org_id, offer_id, content_hash)
);

CREATE INDEX job_offer_source_observations_by_time ON job_offer_source_observations (org_id, observed_at);

CREATE INDEX job_offer_source_observations_of_source ON job_offer_source_observations (org_id, source, observed_at);

alter table job_offer_source_observations enable row level security;

alter table job_offer_source_observations force row level security;

create policy job_offer_source_observations_org_isolation on job_offer_source_observations using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on job_offer_source_observations to waypost_app, waypost_worker;

grant select on job_offer_source_observations to waypost_backup;

CREATE TABLE job_offer_texts (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	offer_id UUID NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	ts TSVECTOR NOT NULL,
	CONSTRAINT pk_job_offer_texts PRIMARY KEY (org_id, id),
	CONSTRAINT fk_job_offer_texts_org_id_offer_id FOREIGN KEY(org_id, offer_id) REFERENCES job_offers (org_id, id),
	CONSTRAINT uq_job_offer_texts_org_id_offer_id UNIQUE (org_id, offer_id)
);

CREATE INDEX job_offer_texts_newest ON job_offer_texts (org_id, at, offer_id);

CREATE INDEX job_offer_texts_ts ON job_offer_texts USING gin (org_id, ts);

alter table job_offer_texts enable row level security;

alter table job_offer_texts force row level security;

create policy job_offer_texts_org_isolation on job_offer_texts using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on job_offer_texts to waypost_app, waypost_worker;

grant select on job_offer_texts to waypost_backup;

create policy job_offer_texts_searching on job_offer_texts for select to waypost_search using (true);

grant select on job_offer_texts to waypost_search;

CREATE TABLE job_source_callback_events (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	source_run_id UUID NOT NULL,
	event_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	status TEXT NOT NULL,
	state TEXT NOT NULL,
	outcome_code TEXT,
	request_id TEXT,
	attempt_no BIGINT NOT NULL,
	lease_token BIGINT,
	payload_hash TEXT NOT NULL,
	payload JSONB NOT NULL,
	answer JSONB NOT NULL,
	repeats BIGINT NOT NULL,
	emitted_at TIMESTAMP WITH TIME ZONE,
	received_at TIMESTAMP WITH TIME ZONE NOT NULL,
	applied_at TIMESTAMP WITH TIME ZONE,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_job_source_callback_events PRIMARY KEY (org_id, id),
	CONSTRAINT fk_job_source_callback_events_org_id_source_run_id FOREIGN KEY(org_id, source_run_id) REFERENCES job_source_runs (org_id, id),
	CONSTRAINT uq_job_source_callback_events_org_id_source_run_id_event_id UNIQUE (org_id, source_run_id, event_id)
);

CREATE INDEX job_source_callback_events_by_status ON job_source_callback_events (org_id, kind, status, received_at);

CREATE INDEX job_source_callback_events_newest ON job_source_callback_events (org_id, received_at, id);

alter table job_source_callback_events enable row level security;

alter table job_source_callback_events force row level security;

create policy job_source_callback_events_org_isolation on job_source_callback_events using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on job_source_callback_events to waypost_app, waypost_worker;

grant select on job_source_callback_events to waypost_backup;

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

CREATE INDEX job_source_run_events_by_request ON job_source_run_events (org_id, request_id);

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

CREATE INDEX run_offers_by_time ON run_offers (org_id, discovered_at) INCLUDE (via);

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

CREATE TABLE offer_selections (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	user_id UUID NOT NULL,
	made_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	count BIGINT NOT NULL,
	query TEXT NOT NULL,
	state TEXT NOT NULL,
	status TEXT,
	done BIGINT NOT NULL,
	ended_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_offer_selections PRIMARY KEY (org_id, id),
	CONSTRAINT fk_offer_selections_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES memberships (org_id, person_id) ON DELETE CASCADE
);

CREATE INDEX offer_selections_by_age ON offer_selections (org_id, made_at);

alter table offer_selections enable row level security;

alter table offer_selections force row level security;

create policy offer_selections_org_isolation on offer_selections using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on offer_selections to waypost_app, waypost_worker;

grant select on offer_selections to waypost_backup;

CREATE TABLE saved_searches (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	user_id UUID NOT NULL,
	name TEXT NOT NULL,
	query JSONB NOT NULL,
	is_default BOOLEAN NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_saved_searches PRIMARY KEY (org_id, id),
	CONSTRAINT fk_saved_searches_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES memberships (org_id, person_id) ON DELETE CASCADE,
	CONSTRAINT uq_saved_searches_org_id_user_id_name UNIQUE (org_id, user_id, name)
);

CREATE UNIQUE INDEX saved_searches_one_default ON saved_searches (org_id, user_id) WHERE is_default;

alter table saved_searches enable row level security;

alter table saved_searches force row level security;

create policy saved_searches_org_isolation on saved_searches using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on saved_searches to waypost_app, waypost_worker;

grant select on saved_searches to waypost_backup;

CREATE TABLE scrape_schedules (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	user_id UUID NOT NULL,
	name TEXT NOT NULL,
	enabled BOOLEAN NOT NULL,
	cron TEXT NOT NULL,
	timezone TEXT NOT NULL,
	source TEXT NOT NULL,
	wanted BIGINT NOT NULL,
	career_profile_id UUID,
	filters JSONB NOT NULL,
	next_run_at TIMESTAMP WITH TIME ZONE,
	last_triggered_at TIMESTAMP WITH TIME ZONE,
	last_run_status TEXT,
	last_run_id UUID,
	last_successful_at TIMESTAMP WITH TIME ZONE,
	last_successful_run_id UUID,
	last_failed_at TIMESTAMP WITH TIME ZONE,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_scrape_schedules PRIMARY KEY (org_id, id),
	CONSTRAINT fk_scrape_schedules_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES memberships (org_id, person_id) ON DELETE CASCADE,
	CONSTRAINT uq_scrape_schedules_org_id_user_id_name UNIQUE (org_id, user_id, name)
);

CREATE INDEX scrape_schedules_due ON scrape_schedules (org_id, next_run_at, id) WHERE enabled;

CREATE INDEX scrape_schedules_of_person ON scrape_schedules (org_id, user_id, created_at, id);

CREATE INDEX scrape_schedules_of_run ON scrape_schedules (org_id, last_run_id);

alter table scrape_schedules enable row level security;

alter table scrape_schedules force row level security;

create policy scrape_schedules_org_isolation on scrape_schedules using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on scrape_schedules to waypost_app, waypost_worker;

grant select on scrape_schedules to waypost_backup;

CREATE TABLE search_profiles (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	user_id UUID NOT NULL,
	name TEXT NOT NULL,
	state TEXT NOT NULL,
	active BOOLEAN NOT NULL,
	revision BIGINT NOT NULL,
	stated JSONB NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_search_profiles PRIMARY KEY (org_id, id),
	CONSTRAINT fk_search_profiles_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES memberships (org_id, person_id) ON DELETE CASCADE,
	CONSTRAINT uq_search_profiles_org_id_user_id_name UNIQUE (org_id, user_id, name)
);

CREATE UNIQUE INDEX search_profiles_one_active ON search_profiles (org_id, user_id) WHERE active;

alter table search_profiles enable row level security;

alter table search_profiles force row level security;

create policy search_profiles_org_isolation on search_profiles using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on search_profiles to waypost_app, waypost_worker;

grant select on search_profiles to waypost_backup;

CREATE TABLE offer_selection_items (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	selection_id UUID NOT NULL,
	ordinal BIGINT NOT NULL,
	link_id UUID NOT NULL,
	title TEXT NOT NULL,
	before TEXT,
	result TEXT,
	CONSTRAINT pk_offer_selection_items PRIMARY KEY (org_id, id),
	CONSTRAINT fk_offer_selection_items_org_id_selection_id FOREIGN KEY(org_id, selection_id) REFERENCES offer_selections (org_id, id) ON DELETE CASCADE,
	CONSTRAINT uq_offer_selection_items_org_id_selection_id_ordinal UNIQUE (org_id, selection_id, ordinal)
);

CREATE INDEX offer_selection_items_done ON offer_selection_items (org_id, selection_id, ordinal) WHERE result = 'done';

CREATE INDEX offer_selection_items_waiting ON offer_selection_items (org_id, selection_id, ordinal) WHERE result is null;

alter table offer_selection_items enable row level security;

alter table offer_selection_items force row level security;

create policy offer_selection_items_org_isolation on offer_selection_items using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on offer_selection_items to waypost_app, waypost_worker;

grant select on offer_selection_items to waypost_backup;

CREATE TABLE user_job_offers (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	user_id UUID NOT NULL,
	career_profile_id UUID,
	job_offer_id UUID NOT NULL,
	source_run_id UUID,
	origin TEXT NOT NULL,
	status TEXT NOT NULL,
	last_status_at TIMESTAMP WITH TIME ZONE,
	match_version BIGINT NOT NULL,
	match_score BIGINT,
	match_rank BIGINT NOT NULL,
	violations BIGINT NOT NULL,
	match_meta JSONB,
	scored_at TIMESTAMP WITH TIME ZONE,
	notes TEXT NOT NULL,
	tags JSONB NOT NULL,
	follow_up_at TIMESTAMP WITH TIME ZONE,
	follow_up_note TEXT NOT NULL,
	reminded_at TIMESTAMP WITH TIME ZONE,
	linked_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_user_job_offers PRIMARY KEY (org_id, id),
	CONSTRAINT fk_user_job_offers_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES memberships (org_id, person_id) ON DELETE CASCADE,
	CONSTRAINT fk_user_job_offers_org_id_job_offer_id FOREIGN KEY(org_id, job_offer_id) REFERENCES job_offers (org_id, id) ON DELETE CASCADE,
	CONSTRAINT fk_user_job_offers_org_id_source_run_id FOREIGN KEY(org_id, source_run_id) REFERENCES job_source_runs (org_id, id) ON DELETE SET NULL (source_run_id),
	CONSTRAINT fk_user_job_offers_org_id_career_profile_id FOREIGN KEY(org_id, career_profile_id) REFERENCES search_profiles (org_id, id) ON DELETE SET NULL (career_profile_id),
	CONSTRAINT uq_user_job_offers_org_id_user_id_job_offer_id UNIQUE (org_id, user_id, job_offer_id)
);

CREATE INDEX user_job_offers_best ON user_job_offers (org_id, user_id, match_score, id);

CREATE INDEX user_job_offers_due ON user_job_offers (org_id, follow_up_at, id) WHERE follow_up_at is not null and reminded_at is null;

CREATE INDEX user_job_offers_nearest ON user_job_offers (org_id, user_id, match_rank, id);

CREATE INDEX user_job_offers_newest ON user_job_offers (org_id, user_id, linked_at, id);

CREATE INDEX user_job_offers_of_offer ON user_job_offers (org_id, job_offer_id);

CREATE INDEX user_job_offers_of_profile ON user_job_offers (org_id, career_profile_id, id);

CREATE INDEX user_job_offers_of_run ON user_job_offers (org_id, source_run_id);

CREATE INDEX user_job_offers_unscored ON user_job_offers (org_id, user_id, id) WHERE match_score is null;

alter table user_job_offers enable row level security;

alter table user_job_offers force row level security;

create policy user_job_offers_org_isolation on user_job_offers using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on user_job_offers to waypost_app, waypost_worker;

grant select on user_job_offers to waypost_backup;

CREATE TABLE user_job_offer_history (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	user_job_offer_id UUID NOT NULL,
	kind TEXT NOT NULL,
	before TEXT,
	after TEXT,
	note TEXT NOT NULL,
	person_id UUID,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_user_job_offer_history PRIMARY KEY (org_id, id),
	CONSTRAINT fk_user_job_offer_history_org_id_user_job_offer_id FOREIGN KEY(org_id, user_job_offer_id) REFERENCES user_job_offers (org_id, id) ON DELETE CASCADE
);

CREATE INDEX user_job_offer_history_of_link ON user_job_offer_history (org_id, user_job_offer_id, at, id);

alter table user_job_offer_history enable row level security;

alter table user_job_offer_history force row level security;

create policy user_job_offer_history_org_isolation on user_job_offer_history using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on user_job_offer_history to waypost_app, waypost_worker;

grant select on user_job_offer_history to waypost_backup;

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

alter table job_offers alter description set storage external;

alter table job_offer_source_observations alter description set storage external;

create or replace function offer_question(question text, beginning boolean) returns tsquery language plpgsql stable
set search_path = public, pg_temp as $$
declare asked tsquery := websearch_to_tsquery('simple', unaccent(question));
begin
  return case when beginning and asked::text like '%''' then (asked::text || ':*')::tsquery else asked end;
end $$;

create or replace function search_offers(question text, beginning boolean, marks text, since timestamptz,
  standing boolean, currency text, pay bigint, before_at timestamptz, before_id uuid, most integer)
returns table (offer_id uuid, at timestamptz) language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
set enable_seqscan = off set max_parallel_workers_per_gather = 0 as $$
#variable_conflict use_column
declare
  org uuid := app_org();
  asked tsquery := offer_question(question, beginning);
  found integer; recent integer;
begin
  if org is null then raise exception 'no organisation' using errcode = '42501'; end if;
  if marks <> '' then asked := asked && marks::tsquery; end if;
  if numnode(asked) > 0 then
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

grant /* for search_offers */ create on schema public to waypost_search;

alter function search_offers(text, boolean, text, timestamptz, boolean, text, bigint, timestamptz, uuid, integer) owner to waypost_search;

revoke /* after search_offers */ create on schema public from waypost_search;

revoke all on function search_offers(text, boolean, text, timestamptz, boolean, text, bigint, timestamptz, uuid, integer) from public;

grant execute on function search_offers(text, boolean, text, timestamptz, boolean, text, bigint, timestamptz, uuid, integer) to waypost_app, waypost_worker;

grant select, insert, update on sourcing_api_presence to waypost_app, waypost_worker;

grant select, insert, update, delete on source_hosts to waypost_owner;

revoke all on source_hosts from public, waypost_app, waypost_worker;

create or replace function sourcing_grant_host(wanted_host text, wanted bigint, step interval, moment timestamptz) returns table (first_at timestamptz, slots bigint, closed_until timestamptz) language plpgsql volatile security definer set search_path = public, pg_temp as $body$
        declare
          spot source_hosts%rowtype;
          begins timestamptz;
          given bigint;
        begin
          insert into source_hosts (host, next_free_at, updated_at) values (wanted_host, moment, moment)
          on conflict (host) do nothing;
          select * into spot from source_hosts s where s.host = wanted_host for update;
          begins := greatest(moment, spot.next_free_at);
          if spot.closed_until > moment then
            return query select begins, 0::bigint, spot.closed_until;
            return;
          end if;
          if step > interval '0' then
            given := least(
              wanted,
              greatest(1, floor(extract(epoch from interval '30 seconds') / extract(epoch from step))),
              ceil(extract(epoch from moment + interval '60 seconds' - begins) / extract(epoch from step)));
          else
            given := wanted;
          end if;
          given := greatest(0, given);
          update source_hosts s set next_free_at = begins + step * given, updated_at = moment
          where s.host = wanted_host;
          return query select begins, given, null::timestamptz;
        end
         $body$;

alter function sourcing_grant_host(text, bigint, interval, timestamptz) owner to waypost_owner;

revoke all on function sourcing_grant_host(text, bigint, interval, timestamptz) from public;

grant execute on function sourcing_grant_host(text, bigint, interval, timestamptz) to waypost_app;

create or replace function sourcing_close_host(wanted_host text, until timestamptz, because text, moment timestamptz) returns timestamptz language sql volatile security definer set search_path = public, pg_temp as $body$
        insert into source_hosts (host, next_free_at, closed_until, closed_because, updated_at)
        values (wanted_host, moment, least(until, moment + interval '24 hours'), because, moment)
        on conflict (host) do update set
          closed_because = case when coalesce(source_hosts.closed_until, '-infinity') < excluded.closed_until
            then excluded.closed_because else source_hosts.closed_because end,
          closed_until = greatest(source_hosts.closed_until, excluded.closed_until),
          updated_at = moment
        returning closed_until
         $body$;

alter function sourcing_close_host(text, timestamptz, text, timestamptz) owner to waypost_owner;

revoke all on function sourcing_close_host(text, timestamptz, text, timestamptz) from public;

grant execute on function sourcing_close_host(text, timestamptz, text, timestamptz) to waypost_app;

create or replace function sourcing_open_host(wanted_host text, moment timestamptz) returns void language sql volatile security definer set search_path = public, pg_temp as $body$
        update source_hosts set closed_until = null, closed_because = null, updated_at = moment
        where host = wanted_host
         $body$;

alter function sourcing_open_host(text, timestamptz) owner to waypost_owner;

revoke all on function sourcing_open_host(text, timestamptz) from public;

grant execute on function sourcing_open_host(text, timestamptz) to waypost_app;

create or replace function sourcing_host_states(wanted text[]) returns table (host text, next_free_at timestamptz, closed_until timestamptz, closed_because text) language sql stable security definer set search_path = public, pg_temp as $body$
        select s.host, s.next_free_at, s.closed_until, s.closed_because
        from source_hosts s
        where exists (select from unnest(wanted) w where s.host = w or right(s.host, length(w) + 1) = '.' || w)
        order by s.host limit 100
         $body$;

alter function sourcing_host_states(text[]) owner to waypost_owner;

revoke all on function sourcing_host_states(text[]) from public;

grant execute on function sourcing_host_states(text[]) to waypost_app;

create or replace function sourcing_forget_hosts(before timestamptz) returns void language sql volatile security definer set search_path = public, pg_temp as $body$
        delete from source_hosts s where s.updated_at < before and coalesce(s.closed_until, s.updated_at) < before
         $body$;

alter function sourcing_forget_hosts(timestamptz) owner to waypost_owner;

revoke all on function sourcing_forget_hosts(timestamptz) from public;

grant execute on function sourcing_forget_hosts(timestamptz) to waypost_app;

grant select (status, last_heartbeat_at, started_at, created_at) on job_source_runs to waypost_owner;

grant select (hour, what, count) on sourcing_counts to waypost_owner;

grant select (state, created_at) on callback_dead_letters to waypost_owner;

grant select (state, rule) on ops_alert_states to waypost_owner;

create or replace function installation_sourcing_figures(moment timestamptz) returns table (pending bigint, running bigint, silent bigint, completed bigint, failed bigint, retries_completed bigint, retries_failed bigint, ends bigint, ends_failed bigint, deliveries bigint, deliveries_rejected bigint, dead bigint, oldest double precision, firing bigint) language sql stable security definer set search_path = public, pg_temp as $body$
    with live as (
      select count(*) filter (where status = 'PENDING') as pending,
        count(*) filter (where status = 'RUNNING') as running,
        count(*) filter (where status = 'RUNNING'
          and coalesce(last_heartbeat_at, started_at, created_at) < moment - interval '120 seconds') as silent
      from job_source_runs where status in ('PENDING', 'RUNNING')
    ), day as (
      select what, sum(count)::bigint as n from sourcing_counts
      where hour >= moment - interval '24 hours' and what in ('fresh.completed', 'fresh.failed', 'retries.completed',
        'retries.failed', 'events', 'events.failed', 'deliveries', 'deliveries.rejected')
      group by what
    ), named as (
      select coalesce((select n from day where what = 'fresh.completed'), 0) as completed,
        coalesce((select n from day where what = 'fresh.failed'), 0) as failed,
        coalesce((select n from day where what = 'retries.completed'), 0) as retries_completed,
        coalesce((select n from day where what = 'retries.failed'), 0) as retries_failed,
        coalesce((select n from day where what = 'events'), 0) as ends,
        coalesce((select n from day where what = 'events.failed'), 0) as ends_failed,
        coalesce((select n from day where what = 'deliveries'), 0) as deliveries,
        coalesce((select n from day where what = 'deliveries.rejected'), 0) as deliveries_rejected
    ), letters as (
      select count(*) as dead, extract(epoch from moment - min(created_at))::float8 as oldest
      from callback_dead_letters where state = 'pending'
    )
    select live.pending, live.running, live.silent, named.*, letters.dead, letters.oldest,
      (select count(*) from ops_alert_states where state = 'firing')
    from live, named, letters
     $body$;

alter function installation_sourcing_figures(timestamptz) owner to waypost_owner;

revoke all on function installation_sourcing_figures(timestamptz) from public;

grant execute on function installation_sourcing_figures(timestamptz) to waypost_app;
