do $$ begin
  if not exists (select from pg_roles where rolname = 'waypost_owner') then create role waypost_owner nologin bypassrls; end if;
  if not exists (select from pg_roles where rolname = 'waypost_app') then create role waypost_app nologin; end if;
  if not exists (select from pg_roles where rolname = 'waypost_worker') then create role waypost_worker nologin; end if;
  if not exists (select from pg_roles where rolname = 'waypost_search') then create role waypost_search nologin; end if;
  if not exists (select from pg_roles where rolname = 'waypost_backup') then create role waypost_backup nologin bypassrls; end if;
end $$;

grant usage on schema public to waypost_app, waypost_worker, waypost_search, waypost_backup;

create extension if not exists unaccent;

create extension if not exists pg_trgm;

create extension if not exists btree_gin;

create or replace function app_org() returns uuid language sql stable parallel safe
as $$ select nullif(current_setting('app.current_org_id', true), '')::uuid $$;

CREATE TABLE admin_audit_logs (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	actor_kind TEXT NOT NULL,
	actor_id UUID,
	act TEXT NOT NULL,
	thing TEXT NOT NULL,
	thing_id UUID,
	detail JSONB NOT NULL,
	CONSTRAINT pk_admin_audit_logs PRIMARY KEY (org_id, id)
);

CREATE INDEX admin_audit_logs_newest ON admin_audit_logs (org_id, at, id);

CREATE INDEX admin_audit_logs_thing ON admin_audit_logs (org_id, thing_id);

alter table admin_audit_logs enable row level security;

alter table admin_audit_logs force row level security;

create policy admin_audit_logs_org_isolation on admin_audit_logs using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on admin_audit_logs to waypost_app, waypost_worker;

grant select on admin_audit_logs to waypost_backup;

CREATE TABLE blobs (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	kind TEXT NOT NULL,
	sha256 BYTEA NOT NULL,
	size_bytes BIGINT NOT NULL,
	storage_key TEXT NOT NULL,
	content_type TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_blobs PRIMARY KEY (org_id, id),
	CONSTRAINT uq_blobs_org_id_kind_sha256 UNIQUE (org_id, kind, sha256)
);

alter table blobs enable row level security;

alter table blobs force row level security;

create policy blobs_org_isolation on blobs using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on blobs to waypost_app, waypost_worker;

grant select on blobs to waypost_backup;

CREATE TABLE facts (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	thing_id UUID NOT NULL,
	event TEXT NOT NULL,
	actor_kind TEXT NOT NULL,
	actor_id UUID,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	data JSONB NOT NULL,
	CONSTRAINT pk_facts PRIMARY KEY (org_id, id)
);

CREATE INDEX facts_of_thing ON facts (org_id, thing_id, at, id);

alter table facts enable row level security;

alter table facts force row level security;

create policy facts_org_isolation on facts using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on facts to waypost_app, waypost_worker;

grant select on facts to waypost_backup;

CREATE TABLE idempotency_keys (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	caller_id UUID NOT NULL,
	door TEXT NOT NULL,
	key TEXT NOT NULL,
	digest BYTEA NOT NULL,
	answer JSONB,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_idempotency_keys PRIMARY KEY (org_id, id),
	CONSTRAINT uq_idempotency_keys_request UNIQUE (org_id, caller_id, door, key)
);

CREATE INDEX idempotency_keys_age ON idempotency_keys (org_id, at);

alter table idempotency_keys enable row level security;

alter table idempotency_keys force row level security;

create policy idempotency_keys_org_isolation on idempotency_keys using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on idempotency_keys to waypost_app, waypost_worker;

grant select on idempotency_keys to waypost_backup;

CREATE TABLE job_selections (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	made_at TIMESTAMP WITH TIME ZONE NOT NULL,
	made_by UUID,
	type TEXT,
	fingerprint TEXT,
	count BIGINT NOT NULL,
	sample JSONB NOT NULL,
	state TEXT NOT NULL,
	step BIGINT NOT NULL,
	after_id UUID,
	verdict TEXT,
	CONSTRAINT pk_job_selections PRIMARY KEY (org_id, id)
);

alter table job_selections enable row level security;

alter table job_selections force row level security;

create policy job_selections_org_isolation on job_selections using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on job_selections to waypost_app, waypost_worker;

grant select on job_selections to waypost_backup;

CREATE TABLE jobs (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	type TEXT NOT NULL,
	queue TEXT NOT NULL,
	status TEXT NOT NULL,
	priority BIGINT NOT NULL,
	run_at TIMESTAMP WITH TIME ZONE NOT NULL,
	attempts BIGINT NOT NULL,
	max_attempts BIGINT NOT NULL,
	replays BIGINT NOT NULL,
	concurrency_key TEXT,
	dedupe_key TEXT,
	thing_id UUID,
	locked_at TIMESTAMP WITH TIME ZONE,
	locked_by TEXT,
	lease_token UUID,
	lease_until TIMESTAMP WITH TIME ZONE,
	last_error TEXT,
	fingerprint TEXT,
	traceparent TEXT,
	payload JSONB NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_jobs PRIMARY KEY (org_id, id)
)
 WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX jobs_changed ON jobs USING brin (updated_at);

CREATE INDEX jobs_dead_alike ON jobs (org_id, fingerprint, updated_at desc, id) WHERE status = 'dead';

CREATE INDEX jobs_dead_newest ON jobs (org_id, updated_at desc, id) WHERE status = 'dead';

CREATE INDEX jobs_leased ON jobs (lease_until) WHERE status = 'running';

CREATE UNIQUE INDEX jobs_one_live_twin ON jobs (org_id, dedupe_key) WHERE status in ('queued', 'running') and dedupe_key is not null;

CREATE UNIQUE INDEX jobs_one_running_per_key ON jobs (org_id, concurrency_key) WHERE status = 'running' and concurrency_key is not null;

CREATE INDEX jobs_to_claim ON jobs (queue, org_id, priority desc, run_at, id) WHERE status = 'queued';

CREATE INDEX jobs_waiting_by_key ON jobs (org_id, concurrency_key, queue, id) WHERE status = 'queued' and concurrency_key is not null;

alter table jobs enable row level security;

alter table jobs force row level security;

create policy jobs_org_isolation on jobs using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on jobs to waypost_app, waypost_worker;

grant select on jobs to waypost_backup;

create policy jobs_claiming on jobs to waypost_worker using (true) with check (true);

CREATE TABLE mailboxes (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	purpose TEXT NOT NULL,
	provider TEXT NOT NULL,
	email_address TEXT NOT NULL,
	display_name TEXT,
	is_enabled BOOLEAN NOT NULL,
	ingestion_paused_until TIMESTAMP WITH TIME ZONE,
	ingestion_pause_reason TEXT,
	gmail_history_id BIGINT,
	gmail_profile_email TEXT,
	last_incremental_sync_at TIMESTAMP WITH TIME ZONE,
	last_full_sync_at TIMESTAMP WITH TIME ZONE,
	last_sync_error TEXT,
	trouble TEXT,
	failing_since TIMESTAMP WITH TIME ZONE,
	news_at TIMESTAMP WITH TIME ZONE,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_mailboxes PRIMARY KEY (org_id, id),
	CONSTRAINT uq_mailboxes_org_id_provider_email_address UNIQUE (org_id, provider, email_address)
);

CREATE INDEX mailboxes_by_reading ON mailboxes (org_id, is_enabled, last_incremental_sync_at);

alter table mailboxes enable row level security;

alter table mailboxes force row level security;

create policy mailboxes_org_isolation on mailboxes using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on mailboxes to waypost_app, waypost_worker;

grant select on mailboxes to waypost_backup;

CREATE TABLE messages (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	direction TEXT NOT NULL,
	rfc_message_id TEXT,
	fingerprint BYTEA NOT NULL,
	signature BYTEA NOT NULL,
	content_signature BYTEA NOT NULL,
	collision_group_id UUID,
	first_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_messages PRIMARY KEY (org_id, id)
);

CREATE INDEX messages_by_content ON messages (org_id, content_signature);

CREATE INDEX messages_by_fingerprint ON messages (org_id, fingerprint);

CREATE INDEX messages_by_group ON messages (org_id, collision_group_id) WHERE collision_group_id is not null;

alter table messages enable row level security;

alter table messages force row level security;

create policy messages_org_isolation on messages using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on messages to waypost_app, waypost_worker;

grant select on messages to waypost_backup;

CREATE TABLE organizations (
	id UUID NOT NULL,
	name TEXT NOT NULL,
	primary_domain TEXT,
	zone TEXT DEFAULT 'UTC' NOT NULL,
	locale TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_organizations PRIMARY KEY (id)
);

CREATE INDEX organizations_name ON organizations (name, created_at);

CREATE UNIQUE INDEX uq_organizations_primary_domain ON organizations (primary_domain);

grant select on organizations to waypost_backup;

CREATE TABLE own_addresses (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	address TEXT NOT NULL,
	kind TEXT NOT NULL,
	CONSTRAINT pk_own_addresses PRIMARY KEY (org_id, id),
	CONSTRAINT uq_own_addresses_org_id_address UNIQUE (org_id, address)
);

alter table own_addresses enable row level security;

alter table own_addresses force row level security;

create policy own_addresses_org_isolation on own_addresses using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on own_addresses to waypost_app, waypost_worker;

grant select on own_addresses to waypost_backup;

CREATE TABLE people (
	id UUID NOT NULL,
	email TEXT NOT NULL,
	display_name TEXT,
	is_disabled BOOLEAN DEFAULT false NOT NULL,
	password_hash TEXT,
	password_is_for_once BOOLEAN DEFAULT false NOT NULL,
	installation_operator BOOLEAN DEFAULT false NOT NULL,
	locale TEXT,
	theme TEXT DEFAULT 'auto' NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_people PRIMARY KEY (id),
	CONSTRAINT ck_people_email_is_lower CHECK (email = lower(email))
);

CREATE UNIQUE INDEX uq_people_email ON people (email);

grant select on people to waypost_backup;

CREATE TABLE queue_controls (
	queue TEXT NOT NULL,
	paused BOOLEAN NOT NULL,
	max_running_per_org BIGINT,
	CONSTRAINT pk_queue_controls PRIMARY KEY (queue)
);

grant select on queue_controls to waypost_backup;

CREATE TABLE recipient_allowlist (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	pattern TEXT NOT NULL,
	is_enabled BOOLEAN NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_recipient_allowlist PRIMARY KEY (org_id, id),
	CONSTRAINT uq_recipient_allowlist_org_id_pattern UNIQUE (org_id, pattern)
);

alter table recipient_allowlist enable row level security;

alter table recipient_allowlist force row level security;

create policy recipient_allowlist_org_isolation on recipient_allowlist using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on recipient_allowlist to waypost_app, waypost_worker;

grant select on recipient_allowlist to waypost_backup;

CREATE TABLE schedules (
	type TEXT NOT NULL,
	cron TEXT NOT NULL,
	next_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_schedules PRIMARY KEY (type)
);

grant select on schedules to waypost_backup;

CREATE TABLE sign_in_attempts (
	id UUID NOT NULL,
	bucket BYTEA NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_sign_in_attempts PRIMARY KEY (id)
);

CREATE INDEX sign_in_attempts_age ON sign_in_attempts (at);

CREATE INDEX sign_in_attempts_bucket ON sign_in_attempts (bucket, at);

grant select on sign_in_attempts to waypost_backup;

CREATE TABLE admin_audit_chain (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	position BIGINT NOT NULL,
	log_id UUID NOT NULL,
	hash BYTEA NOT NULL,
	CONSTRAINT pk_admin_audit_chain PRIMARY KEY (org_id, id),
	CONSTRAINT uq_admin_audit_chain_position UNIQUE (org_id, position),
	CONSTRAINT uq_admin_audit_chain_log UNIQUE (org_id, log_id),
	CONSTRAINT fk_admin_audit_chain_org_id_log_id FOREIGN KEY(org_id, log_id) REFERENCES admin_audit_logs (org_id, id)
);

alter table admin_audit_chain enable row level security;

alter table admin_audit_chain force row level security;

create policy admin_audit_chain_org_isolation on admin_audit_chain using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on admin_audit_chain to waypost_app, waypost_worker;

grant select on admin_audit_chain to waypost_backup;

CREATE TABLE auth_sessions (
	id UUID NOT NULL,
	person_id UUID NOT NULL,
	active_organization_id UUID NOT NULL,
	token_hash BYTEA NOT NULL,
	user_agent TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	revoked_at TIMESTAMP WITH TIME ZONE,
	revoked_reason TEXT,
	CONSTRAINT pk_auth_sessions PRIMARY KEY (id),
	CONSTRAINT fk_auth_sessions_person_id FOREIGN KEY(person_id) REFERENCES people (id),
	CONSTRAINT fk_auth_sessions_active_organization_id FOREIGN KEY(active_organization_id) REFERENCES organizations (id)
);

CREATE INDEX auth_sessions_expiry ON auth_sessions (expires_at);

CREATE INDEX auth_sessions_person ON auth_sessions (person_id, revoked_at, expires_at);

CREATE UNIQUE INDEX uq_auth_sessions_token_hash ON auth_sessions (token_hash);

grant select on auth_sessions to waypost_backup;

CREATE TABLE imap_accounts (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	mailbox_id UUID NOT NULL,
	host TEXT NOT NULL,
	port BIGINT NOT NULL,
	tls TEXT NOT NULL,
	login TEXT NOT NULL,
	sealed_password BYTEA NOT NULL,
	folder TEXT NOT NULL,
	trust TEXT NOT NULL,
	uid_validity BIGINT,
	last_uid BIGINT NOT NULL,
	only_after TIMESTAMP WITH TIME ZONE,
	relist_below BIGINT NOT NULL,
	watched_by UUID,
	watched_until TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_imap_accounts PRIMARY KEY (org_id, id),
	CONSTRAINT fk_imap_accounts_org_id_mailbox_id FOREIGN KEY(org_id, mailbox_id) REFERENCES mailboxes (org_id, id) ON DELETE CASCADE,
	CONSTRAINT uq_imap_accounts_org_id_mailbox_id UNIQUE (org_id, mailbox_id)
);

alter table imap_accounts enable row level security;

alter table imap_accounts force row level security;

create policy imap_accounts_org_isolation on imap_accounts using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on imap_accounts to waypost_app, waypost_worker;

grant select on imap_accounts to waypost_backup;

CREATE TABLE job_attempts (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	job_id UUID NOT NULL,
	replay BIGINT NOT NULL,
	attempt BIGINT NOT NULL,
	outcome TEXT NOT NULL,
	error TEXT NOT NULL,
	frame TEXT,
	started_at TIMESTAMP WITH TIME ZONE,
	ended_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_job_attempts PRIMARY KEY (org_id, id),
	CONSTRAINT fk_job_attempts_org_id_job_id FOREIGN KEY(org_id, job_id) REFERENCES jobs (org_id, id) ON DELETE CASCADE
);

CREATE INDEX job_attempts_of_job ON job_attempts (org_id, job_id, ended_at);

alter table job_attempts enable row level security;

alter table job_attempts force row level security;

create policy job_attempts_org_isolation on job_attempts using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on job_attempts to waypost_app, waypost_worker;

grant select on job_attempts to waypost_backup;

create policy job_attempts_claiming on job_attempts to waypost_worker using (true) with check (true);

CREATE TABLE job_selection_items (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	selection_id UUID NOT NULL,
	job_id UUID NOT NULL,
	step BIGINT NOT NULL,
	result TEXT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_job_selection_items PRIMARY KEY (org_id, id),
	CONSTRAINT fk_job_selection_items_org_id_selection_id FOREIGN KEY(org_id, selection_id) REFERENCES job_selections (org_id, id)
);

CREATE INDEX job_selection_items_of_step ON job_selection_items (org_id, selection_id, step);

alter table job_selection_items enable row level security;

alter table job_selection_items force row level security;

create policy job_selection_items_org_isolation on job_selection_items using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on job_selection_items to waypost_app, waypost_worker;

grant select on job_selection_items to waypost_backup;

CREATE TABLE memberships (
	org_id UUID NOT NULL,
	person_id UUID NOT NULL,
	role TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	ended_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_memberships PRIMARY KEY (org_id, person_id),
	CONSTRAINT ck_memberships_role_known CHECK (role in ('owner', 'admin', 'agent', 'dispatcher', 'finance', 'viewer')),
	CONSTRAINT fk_memberships_org_id FOREIGN KEY(org_id) REFERENCES organizations (id),
	CONSTRAINT fk_memberships_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE INDEX memberships_person ON memberships (person_id, org_id);

grant select on memberships to waypost_backup;

CREATE TABLE message_attachments (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	message_id UUID NOT NULL,
	ordinal BIGINT NOT NULL,
	blob_id UUID NOT NULL,
	filename TEXT NOT NULL,
	content_type TEXT NOT NULL,
	size_bytes BIGINT NOT NULL,
	sha256 BYTEA NOT NULL,
	is_inline BOOLEAN NOT NULL,
	content_id TEXT,
	CONSTRAINT pk_message_attachments PRIMARY KEY (org_id, id),
	CONSTRAINT fk_message_attachments_org_id_message_id FOREIGN KEY(org_id, message_id) REFERENCES messages (org_id, id),
	CONSTRAINT fk_message_attachments_org_id_blob_id FOREIGN KEY(org_id, blob_id) REFERENCES blobs (org_id, id),
	CONSTRAINT uq_message_attachments_org_id_message_id_ordinal UNIQUE (org_id, message_id, ordinal)
);

alter table message_attachments enable row level security;

alter table message_attachments force row level security;

create policy message_attachments_org_isolation on message_attachments using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on message_attachments to waypost_app, waypost_worker;

grant select on message_attachments to waypost_backup;

CREATE TABLE message_contents (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	message_id UUID NOT NULL,
	content_version BIGINT NOT NULL,
	parser_version BIGINT NOT NULL,
	parsed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	date_header TIMESTAMP WITH TIME ZONE,
	subject TEXT,
	subject_norm TEXT NOT NULL,
	from_email TEXT,
	from_name TEXT,
	reply_to_emails TEXT[] NOT NULL,
	to_emails TEXT[] NOT NULL,
	cc_emails TEXT[] NOT NULL,
	headers JSONB NOT NULL,
	body_text TEXT,
	body_html TEXT,
	quote_start BIGINT,
	snippet TEXT NOT NULL,
	language TEXT NOT NULL,
	attachment_count BIGINT NOT NULL,
	traits TEXT[] NOT NULL,
	has_remote BOOLEAN NOT NULL,
	notes TEXT[] NOT NULL,
	CONSTRAINT pk_message_contents PRIMARY KEY (org_id, id),
	CONSTRAINT fk_message_contents_org_id_message_id FOREIGN KEY(org_id, message_id) REFERENCES messages (org_id, id),
	CONSTRAINT uq_message_contents_org_id_message_id_content_version UNIQUE (org_id, message_id, content_version)
);

alter table message_contents enable row level security;

alter table message_contents force row level security;

create policy message_contents_org_isolation on message_contents using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on message_contents to waypost_app, waypost_worker;

grant select on message_contents to waypost_backup;

CREATE TABLE message_occurrences (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	mailbox_id UUID NOT NULL,
	provider_id TEXT NOT NULL,
	thread_id TEXT,
	labels TEXT[] NOT NULL,
	inbox TEXT,
	received_at TIMESTAMP WITH TIME ZONE NOT NULL,
	state TEXT NOT NULL,
	raw_blob_id UUID,
	message_id UUID,
	is_duplicate BOOLEAN NOT NULL,
	original_recipient TEXT,
	original_recipient_source TEXT NOT NULL,
	original_recipient_confidence TEXT NOT NULL,
	original_recipient_evidence JSONB NOT NULL,
	ticket_id UUID,
	parsed_at TIMESTAMP WITH TIME ZONE,
	stitched_at TIMESTAMP WITH TIME ZONE,
	routed_at TIMESTAMP WITH TIME ZONE,
	route_reason TEXT,
	parse_error TEXT,
	stitch_error TEXT,
	route_error TEXT,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_message_occurrences PRIMARY KEY (org_id, id),
	CONSTRAINT fk_message_occurrences_org_id_mailbox_id FOREIGN KEY(org_id, mailbox_id) REFERENCES mailboxes (org_id, id),
	CONSTRAINT fk_message_occurrences_org_id_message_id FOREIGN KEY(org_id, message_id) REFERENCES messages (org_id, id),
	CONSTRAINT fk_message_occurrences_org_id_raw_blob_id FOREIGN KEY(org_id, raw_blob_id) REFERENCES blobs (org_id, id),
	CONSTRAINT uq_message_occurrences_org_id_mailbox_id_provider_id UNIQUE (org_id, mailbox_id, provider_id)
);

CREATE INDEX occurrences_by_blob ON message_occurrences (org_id, raw_blob_id);

CREATE INDEX occurrences_of_message ON message_occurrences (org_id, message_id);

CREATE INDEX occurrences_unfinished ON message_occurrences (org_id, state, id) WHERE state <> 'routed';

alter table message_occurrences enable row level security;

alter table message_occurrences force row level security;

create policy message_occurrences_org_isolation on message_occurrences using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on message_occurrences to waypost_app, waypost_worker;

grant select on message_occurrences to waypost_backup;

CREATE TABLE message_rfc_ids (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	mark UUID NOT NULL,
	message_id UUID NOT NULL,
	CONSTRAINT pk_message_rfc_ids PRIMARY KEY (org_id, id),
	CONSTRAINT fk_message_rfc_ids_org_id_message_id FOREIGN KEY(org_id, message_id) REFERENCES messages (org_id, id),
	CONSTRAINT uq_message_rfc_ids_org_id_mark_message_id UNIQUE (org_id, mark, message_id)
);

alter table message_rfc_ids enable row level security;

alter table message_rfc_ids force row level security;

create policy message_rfc_ids_org_isolation on message_rfc_ids using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on message_rfc_ids to waypost_app, waypost_worker;

grant select on message_rfc_ids to waypost_backup;

CREATE TABLE message_thread_refs (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	message_id UUID NOT NULL,
	ref_type TEXT NOT NULL,
	position BIGINT NOT NULL,
	mark UUID NOT NULL,
	CONSTRAINT pk_message_thread_refs PRIMARY KEY (org_id, id),
	CONSTRAINT fk_message_thread_refs_org_id_message_id FOREIGN KEY(org_id, message_id) REFERENCES messages (org_id, id)
);

CREATE INDEX thread_refs_by_mark ON message_thread_refs (org_id, mark);

CREATE INDEX thread_refs_of_message ON message_thread_refs (org_id, message_id, position);

alter table message_thread_refs enable row level security;

alter table message_thread_refs force row level security;

create policy message_thread_refs_org_isolation on message_thread_refs using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on message_thread_refs to waypost_app, waypost_worker;

grant select on message_thread_refs to waypost_backup;

CREATE TABLE quarantine_items (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	occurrence_id UUID NOT NULL,
	reason TEXT NOT NULL,
	limit_name TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	settled_at TIMESTAMP WITH TIME ZONE,
	settled_by UUID,
	settled_as TEXT,
	CONSTRAINT pk_quarantine_items PRIMARY KEY (org_id, id),
	CONSTRAINT fk_quarantine_items_org_id_occurrence_id FOREIGN KEY(org_id, occurrence_id) REFERENCES message_occurrences (org_id, id),
	CONSTRAINT uq_quarantine_items_org_id_occurrence_id UNIQUE (org_id, occurrence_id)
);

CREATE INDEX quarantine_waiting ON quarantine_items (org_id, created_at, id) WHERE settled_at is null;

alter table quarantine_items enable row level security;

alter table quarantine_items force row level security;

create policy quarantine_items_org_isolation on quarantine_items using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on quarantine_items to waypost_app, waypost_worker;

grant select on quarantine_items to waypost_backup;

CREATE TABLE tickets (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	ticket_code TEXT NOT NULL,
	status TEXT NOT NULL,
	priority TEXT NOT NULL,
	subject TEXT,
	subject_norm TEXT NOT NULL,
	requester_email TEXT,
	requester_name TEXT,
	assignee_user_id UUID,
	assignee_queue_id UUID,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	first_message_at TIMESTAMP WITH TIME ZONE,
	last_message_at TIMESTAMP WITH TIME ZONE,
	last_activity_at TIMESTAMP WITH TIME ZONE NOT NULL,
	closed_at TIMESTAMP WITH TIME ZONE,
	stitch_reason TEXT,
	stitch_confidence TEXT NOT NULL,
	touched BIGINT NOT NULL,
	message_count BIGINT NOT NULL,
	snippet TEXT NOT NULL,
	needle TEXT NOT NULL,
	CONSTRAINT pk_tickets PRIMARY KEY (org_id, id),
	CONSTRAINT uq_tickets_org_id_ticket_code UNIQUE (org_id, ticket_code),
	CONSTRAINT fk_tickets_org_id_assignee_user_id FOREIGN KEY(org_id, assignee_user_id) REFERENCES memberships (org_id, person_id) ON DELETE SET NULL (assignee_user_id)
);

CREATE INDEX tickets_assignee_queue_idx ON tickets (org_id, assignee_queue_id, last_activity_at, id);

CREATE INDEX tickets_assignee_user_idx ON tickets (org_id, assignee_user_id, last_activity_at, id);

CREATE INDEX tickets_by_activity ON tickets (org_id, last_activity_at, id);

CREATE INDEX tickets_by_needle ON tickets USING gin (org_id, needle gin_trgm_ops);

CREATE INDEX tickets_by_requester ON tickets (org_id, requester_email, last_activity_at);

CREATE INDEX tickets_inbox_idx ON tickets (org_id, status, last_activity_at, id);

alter table tickets enable row level security;

alter table tickets force row level security;

create policy tickets_org_isolation on tickets using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on tickets to waypost_app, waypost_worker;

grant select on tickets to waypost_backup;

create policy tickets_searching on tickets for select to waypost_search using (true);

grant select on tickets to waypost_search;

CREATE TABLE ticket_links (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	ticket_id UUID NOT NULL,
	other_id UUID NOT NULL,
	kind TEXT NOT NULL,
	message_id UUID,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_ticket_links PRIMARY KEY (org_id, id),
	CONSTRAINT fk_ticket_links_org_id_ticket_id FOREIGN KEY(org_id, ticket_id) REFERENCES tickets (org_id, id),
	CONSTRAINT fk_ticket_links_org_id_other_id FOREIGN KEY(org_id, other_id) REFERENCES tickets (org_id, id),
	CONSTRAINT uq_ticket_links_org_id_ticket_id_other_id_kind UNIQUE (org_id, ticket_id, other_id, kind)
);

CREATE INDEX ticket_links_back ON ticket_links (org_id, other_id);

alter table ticket_links enable row level security;

alter table ticket_links force row level security;

create policy ticket_links_org_isolation on ticket_links using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on ticket_links to waypost_app, waypost_worker;

grant select on ticket_links to waypost_backup;

CREATE TABLE ticket_messages (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	ticket_id UUID NOT NULL,
	message_id UUID NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	stitched_at TIMESTAMP WITH TIME ZONE NOT NULL,
	stitch_reason TEXT NOT NULL,
	stitch_confidence TEXT NOT NULL,
	evidence TEXT NOT NULL,
	new_subject BOOLEAN NOT NULL,
	CONSTRAINT pk_ticket_messages PRIMARY KEY (org_id, id),
	CONSTRAINT fk_ticket_messages_org_id_ticket_id FOREIGN KEY(org_id, ticket_id) REFERENCES tickets (org_id, id),
	CONSTRAINT fk_ticket_messages_org_id_message_id FOREIGN KEY(org_id, message_id) REFERENCES messages (org_id, id),
	CONSTRAINT uq_ticket_messages_org_id_message_id UNIQUE (org_id, message_id)
);

CREATE INDEX ticket_messages_in_order ON ticket_messages (org_id, ticket_id, at, id);

alter table ticket_messages enable row level security;

alter table ticket_messages force row level security;

create policy ticket_messages_org_isolation on ticket_messages using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on ticket_messages to waypost_app, waypost_worker;

grant select on ticket_messages to waypost_backup;

CREATE TABLE ticket_notes (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	ticket_id UUID NOT NULL,
	author_user_id UUID,
	body_markdown TEXT NOT NULL,
	body_html TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_ticket_notes PRIMARY KEY (org_id, id),
	CONSTRAINT fk_ticket_notes_org_id_ticket_id FOREIGN KEY(org_id, ticket_id) REFERENCES tickets (org_id, id)
);

CREATE INDEX ticket_notes_in_order ON ticket_notes (org_id, ticket_id, created_at, id);

alter table ticket_notes enable row level security;

alter table ticket_notes force row level security;

create policy ticket_notes_org_isolation on ticket_notes using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on ticket_notes to waypost_app, waypost_worker;

grant select on ticket_notes to waypost_backup;

CREATE TABLE ticket_participants (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	ticket_id UUID NOT NULL,
	address TEXT NOT NULL,
	CONSTRAINT pk_ticket_participants PRIMARY KEY (org_id, id),
	CONSTRAINT fk_ticket_participants_org_id_ticket_id FOREIGN KEY(org_id, ticket_id) REFERENCES tickets (org_id, id),
	CONSTRAINT uq_ticket_participants_org_id_ticket_id_address UNIQUE (org_id, ticket_id, address)
);

alter table ticket_participants enable row level security;

alter table ticket_participants force row level security;

create policy ticket_participants_org_isolation on ticket_participants using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on ticket_participants to waypost_app, waypost_worker;

grant select on ticket_participants to waypost_backup;

CREATE TABLE ticket_texts (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	ticket_id UUID NOT NULL,
	message_id UUID NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	ts TSVECTOR NOT NULL,
	CONSTRAINT pk_ticket_texts PRIMARY KEY (org_id, id),
	CONSTRAINT fk_ticket_texts_org_id_ticket_id FOREIGN KEY(org_id, ticket_id) REFERENCES tickets (org_id, id),
	CONSTRAINT uq_ticket_texts_org_id_message_id UNIQUE (org_id, message_id)
);

CREATE INDEX ticket_texts_by_words ON ticket_texts USING gin (org_id, ts);

CREATE INDEX ticket_texts_newest ON ticket_texts (org_id, at, id);

CREATE INDEX ticket_texts_of_ticket ON ticket_texts (org_id, ticket_id);

alter table ticket_texts enable row level security;

alter table ticket_texts force row level security;

create policy ticket_texts_org_isolation on ticket_texts using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on ticket_texts to waypost_app, waypost_worker;

grant select on ticket_texts to waypost_backup;

create policy ticket_texts_searching on ticket_texts for select to waypost_search using (true);

grant select on ticket_texts to waypost_search;

grant select, insert, update, delete on organizations to waypost_owner;

revoke all on organizations from public, waypost_app, waypost_worker;

grant select, insert, update, delete on people to waypost_owner;

revoke all on people from public, waypost_app, waypost_worker;

grant select, insert, update, delete on memberships to waypost_owner;

revoke all on memberships from public, waypost_app, waypost_worker;

grant select, insert, update, delete on auth_sessions to waypost_owner;

revoke all on auth_sessions from public, waypost_app, waypost_worker;

grant select, insert, update, delete on sign_in_attempts to waypost_owner;

revoke all on sign_in_attempts from public, waypost_app, waypost_worker;

alter table memberships enable row level security;

create policy memberships_org_isolation on memberships for select to waypost_app, waypost_worker using (org_id = (select app_org()));

grant select (org_id, person_id, role, ended_at) on memberships to waypost_app, waypost_worker;

alter table people enable row level security;

create policy people_org_isolation on people for select to waypost_app, waypost_worker using (exists (select from memberships m where m.person_id = people.id and m.org_id = (select app_org())));

grant select (id, email, display_name, is_disabled) on people to waypost_app, waypost_worker;

create or replace function identity_session(token bytea, moment timestamptz, idle interval) returns table (session_id uuid, person_id uuid, org_id uuid, role text, is_disabled boolean, email text, display_name text, org_name text, zone text, locale text, theme text, operator boolean) language sql stable security definer set search_path = public, pg_temp as $body$
        select s.id, p.id, o.id, m.role, p.is_disabled, p.email, p.display_name, o.name, o.zone,
               coalesce(p.locale, o.locale), p.theme, p.installation_operator
        from auth_sessions s
        join people p on p.id = s.person_id
        join organizations o on o.id = s.active_organization_id
        left join memberships m on m.org_id = o.id and m.person_id = p.id and m.ended_at is null
        where s.token_hash = token and s.revoked_at is null and s.expires_at > moment
          and (idle is null or s.last_seen_at > moment - idle)
         $body$;

alter function identity_session(bytea, timestamptz, interval) owner to waypost_owner;

revoke all on function identity_session(bytea, timestamptz, interval) from public;

grant execute on function identity_session(bytea, timestamptz, interval) to waypost_app;

create or replace function identity_open_session(session uuid, person uuid, org uuid, token bytea, agent text, moment timestamptz, until timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with opened as (
          insert into auth_sessions (id, person_id, active_organization_id, token_hash, user_agent,
                                     created_at, last_seen_at, expires_at)
          select session, person, org, token, agent, moment, moment, until
          from memberships m join people p on p.id = m.person_id
          where m.org_id = org and m.person_id = person and m.ended_at is null and not p.is_disabled
          returning 1)
        select exists (select from opened)
         $body$;

alter function identity_open_session(uuid, uuid, uuid, bytea, text, timestamptz, timestamptz) owner to waypost_owner;

revoke all on function identity_open_session(uuid, uuid, uuid, bytea, text, timestamptz, timestamptz) from public;

grant execute on function identity_open_session(uuid, uuid, uuid, bytea, text, timestamptz, timestamptz) to waypost_app;

create or replace function identity_close_session(session uuid, person uuid, moment timestamptz, reason text) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with closed as (
          update auth_sessions set revoked_at = moment, revoked_reason = reason
          where id = session and person_id = person and revoked_at is null returning 1)
        select exists (select from closed)
         $body$;

alter function identity_close_session(uuid, uuid, timestamptz, text) owner to waypost_owner;

revoke all on function identity_close_session(uuid, uuid, timestamptz, text) from public;

grant execute on function identity_close_session(uuid, uuid, timestamptz, text) to waypost_app;

create or replace function identity_close_other_sessions(person uuid, but uuid, moment timestamptz, reason text) returns bigint language sql volatile security definer set search_path = public, pg_temp as $body$
        with closed as (
          update auth_sessions set revoked_at = moment, revoked_reason = reason
          where person_id = person and id is distinct from but and revoked_at is null and expires_at > moment
          returning 1)
        select count(*) from closed
         $body$;

alter function identity_close_other_sessions(uuid, uuid, timestamptz, text) owner to waypost_owner;

revoke all on function identity_close_other_sessions(uuid, uuid, timestamptz, text) from public;

grant execute on function identity_close_other_sessions(uuid, uuid, timestamptz, text) to waypost_app;

create or replace function identity_switch(session uuid, person uuid, org uuid) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with switched as (
          update auth_sessions s set active_organization_id = org from memberships m
          where s.id = session and s.person_id = person and s.revoked_at is null
            and m.org_id = org and m.person_id = person and m.ended_at is null
          returning 1)
        select exists (select from switched)
         $body$;

alter function identity_switch(uuid, uuid, uuid) owner to waypost_owner;

revoke all on function identity_switch(uuid, uuid, uuid) from public;

grant execute on function identity_switch(uuid, uuid, uuid) to waypost_app;

create or replace function identity_seen(sessions uuid[], moments timestamptz[]) returns void language sql volatile security definer set search_path = public, pg_temp as $body$
        update auth_sessions s set last_seen_at = greatest(s.last_seen_at, seen.moment)
        from unnest(sessions, moments) as seen (session, moment) where s.id = seen.session
         $body$;

alter function identity_seen(uuid[], timestamptz[]) owner to waypost_owner;

revoke all on function identity_seen(uuid[], timestamptz[]) from public;

grant execute on function identity_seen(uuid[], timestamptz[]) to waypost_app;

create or replace function identity_sessions_of(person uuid, moment timestamptz, idle interval) returns table (id uuid, user_agent text, created_at timestamptz, last_seen_at timestamptz, expires_at timestamptz) language sql stable security definer set search_path = public, pg_temp as $body$
        select s.id, s.user_agent, s.created_at, s.last_seen_at, s.expires_at from auth_sessions s
        where s.person_id = person and s.revoked_at is null and s.expires_at > moment
          and (idle is null or s.last_seen_at > moment - idle)
        order by s.last_seen_at desc
         $body$;

alter function identity_sessions_of(uuid, timestamptz, interval) owner to waypost_owner;

revoke all on function identity_sessions_of(uuid, timestamptz, interval) from public;

grant execute on function identity_sessions_of(uuid, timestamptz, interval) to waypost_app;

create or replace function identity_person(address text) returns table (id uuid, email text, display_name text, is_disabled boolean, password_hash text, for_once boolean) language sql stable security definer set search_path = public, pg_temp as $body$
        select p.id, p.email, p.display_name, p.is_disabled, p.password_hash, p.password_is_for_once
        from people p where p.email = address
         $body$;

alter function identity_person(text) owner to waypost_owner;

revoke all on function identity_person(text) from public;

grant execute on function identity_person(text) to waypost_app;

create or replace function identity_make_person(fresh uuid, address text, name text, moment timestamptz) returns uuid language sql volatile security definer set search_path = public, pg_temp as $body$
        insert into people (id, email, display_name, created_at) values (fresh, address, name, moment)
        on conflict (email) do update set email = excluded.email returning id
         $body$;

alter function identity_make_person(uuid, text, text, timestamptz) owner to waypost_owner;

revoke all on function identity_make_person(uuid, text, text, timestamptz) from public;

grant execute on function identity_make_person(uuid, text, text, timestamptz) to waypost_app;

create or replace function identity_set_password(person uuid, hash text, for_once boolean) returns void language sql volatile security definer set search_path = public, pg_temp as $body$ update people set password_hash = hash, password_is_for_once = for_once where id = person $body$;

alter function identity_set_password(uuid, text, boolean) owner to waypost_owner;

revoke all on function identity_set_password(uuid, text, boolean) from public;

grant execute on function identity_set_password(uuid, text, boolean) to waypost_app;

create or replace function identity_set_profile(person uuid, name text, language text, look text) returns void language sql volatile security definer set search_path = public, pg_temp as $body$ update people set display_name = name, locale = language, theme = look where id = person $body$;

alter function identity_set_profile(uuid, text, text, text) owner to waypost_owner;

revoke all on function identity_set_profile(uuid, text, text, text) from public;

grant execute on function identity_set_profile(uuid, text, text, text) to waypost_app;

create or replace function identity_profile(person uuid) returns table (display_name text, locale text, theme text) language sql stable security definer set search_path = public, pg_temp as $body$ select p.display_name, p.locale, p.theme from people p where p.id = person $body$;

alter function identity_profile(uuid) owner to waypost_owner;

revoke all on function identity_profile(uuid) from public;

grant execute on function identity_profile(uuid) to waypost_app;

create or replace function identity_set_theme(person uuid, look text) returns void language sql volatile security definer set search_path = public, pg_temp as $body$ update people set theme = look where id = person $body$;

alter function identity_set_theme(uuid, text) owner to waypost_owner;

revoke all on function identity_set_theme(uuid, text) from public;

grant execute on function identity_set_theme(uuid, text) to waypost_app;

create or replace function identity_set_operator(address text, is_one boolean) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with marked as (
          update people set installation_operator = is_one where email = address returning 1)
        select exists (select from marked)
         $body$;

alter function identity_set_operator(text, boolean) owner to waypost_owner;

revoke all on function identity_set_operator(text, boolean) from public;

create or replace function identity_organization(org uuid) returns table (id uuid, name text, primary_domain text, zone text, locale text) language sql stable security definer set search_path = public, pg_temp as $body$ select o.id, o.name, o.primary_domain, o.zone, o.locale from organizations o where o.id = org $body$;

alter function identity_organization(uuid) owner to waypost_owner;

revoke all on function identity_organization(uuid) from public;

grant execute on function identity_organization(uuid) to waypost_app;

create or replace function identity_organization_named(wanted text) returns uuid language sql stable security definer set search_path = public, pg_temp as $body$ select id from organizations where name = wanted order by created_at, id limit 1 $body$;

alter function identity_organization_named(text) owner to waypost_owner;

revoke all on function identity_organization_named(text) from public;

grant execute on function identity_organization_named(text) to waypost_app;

create or replace function identity_make_organization(fresh uuid, name text, zone text, moment timestamptz) returns void language sql volatile security definer set search_path = public, pg_temp as $body$ insert into organizations (id, name, zone, created_at) values (fresh, name, zone, moment) $body$;

alter function identity_make_organization(uuid, text, text, timestamptz) owner to waypost_owner;

revoke all on function identity_make_organization(uuid, text, text, timestamptz) from public;

grant execute on function identity_make_organization(uuid, text, text, timestamptz) to waypost_app;

create or replace function identity_organizations_of(person uuid) returns table (id uuid, name text, role text) language sql stable security definer set search_path = public, pg_temp as $body$
        select o.id, o.name, m.role from memberships m join organizations o on o.id = m.org_id
        where m.person_id = person and m.ended_at is null order by m.created_at, o.id
         $body$;

alter function identity_organizations_of(uuid) owner to waypost_owner;

revoke all on function identity_organizations_of(uuid) from public;

grant execute on function identity_organizations_of(uuid) to waypost_app;

create or replace function identity_join(org uuid, person uuid, as_role text, moment timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with joined as (
          insert into memberships (org_id, person_id, role, created_at)
          select org, person, as_role, moment where org = app_org()
          on conflict (org_id, person_id) do update set role = excluded.role, ended_at = null
          returning 1)
        select exists (select from joined)
         $body$;

alter function identity_join(uuid, uuid, text, timestamptz) owner to waypost_owner;

revoke all on function identity_join(uuid, uuid, text, timestamptz) from public;

grant execute on function identity_join(uuid, uuid, text, timestamptz) to waypost_app;

create or replace function identity_leave(org uuid, person uuid, moment timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with gone as (
          update memberships set ended_at = moment
          where org_id = org and org = app_org() and person_id = person and ended_at is null returning 1),
        closed as (
          update auth_sessions set revoked_at = moment, revoked_reason = 'membership ended'
          where person_id = person and active_organization_id = org and revoked_at is null
            and exists (select from gone))
        select exists (select from gone)
         $body$;

alter function identity_leave(uuid, uuid, timestamptz) owner to waypost_owner;

revoke all on function identity_leave(uuid, uuid, timestamptz) from public;

grant execute on function identity_leave(uuid, uuid, timestamptz) to waypost_app;

create or replace function identity_organization_ids() returns setof uuid language sql stable security definer set search_path = public, pg_temp as $body$ select id from organizations order by id $body$;

alter function identity_organization_ids() owner to waypost_owner;

revoke all on function identity_organization_ids() from public;

grant execute on function identity_organization_ids() to waypost_worker;

create or replace function identity_attempt(tries uuid[], buckets bytea[], most bigint[], moment timestamptz, span interval) returns timestamptz language plpgsql volatile security definer set search_path = public, pg_temp as $body$
        declare free_at timestamptz;
        begin
          perform pg_advisory_xact_lock(hashtextextended(encode(each, 'hex'), 0))
          from unnest(buckets) as each order by each;
          select max(oldest) + span into free_at from (
            select (array_agg(a.at order by a.at desc))[asked.allowed] as oldest
            from unnest(buckets, most) as asked (bucket, allowed)
            join sign_in_attempts a on a.bucket = asked.bucket and a.at > moment - span
            group by asked.bucket, asked.allowed) as full_ones;
          if free_at is null then
            insert into sign_in_attempts (id, bucket, at)
            select t, b, moment from unnest(tries, buckets) as asked (t, b);
          end if;
          return free_at;
        end
         $body$;

alter function identity_attempt(uuid[], bytea[], bigint[], timestamptz, interval) owner to waypost_owner;

revoke all on function identity_attempt(uuid[], bytea[], bigint[], timestamptz, interval) from public;

grant execute on function identity_attempt(uuid[], bytea[], bigint[], timestamptz, interval) to waypost_app;

create or replace function identity_forget_attempts(of_bucket bytea) returns void language sql volatile security definer set search_path = public, pg_temp as $body$ delete from sign_in_attempts where bucket = of_bucket $body$;

alter function identity_forget_attempts(bytea) owner to waypost_owner;

revoke all on function identity_forget_attempts(bytea) from public;

grant execute on function identity_forget_attempts(bytea) to waypost_app;

create or replace function identity_sweep(moment timestamptz) returns void language sql volatile security definer set search_path = public, pg_temp as $body$
        delete from sign_in_attempts where at < moment - interval '1 day';
        delete from auth_sessions where expires_at < moment - interval '30 days'
           or revoked_at < moment - interval '30 days';
         $body$;

alter function identity_sweep(timestamptz) owner to waypost_owner;

revoke all on function identity_sweep(timestamptz) from public;

grant execute on function identity_sweep(timestamptz) to waypost_app;

grant select, insert, update on queue_controls to waypost_app, waypost_worker;

grant select, insert, update on schedules to waypost_worker;

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
    (select id from named where (select count(*) from named) <= 4000 order by at desc, id desc limit 500)
    union
    (select t.id from tickets t
     where (select count(*) from named) > 4000 and t.org_id = o and case when t.needle like pattern then true end
     order by t.last_activity_at desc, t.id desc limit 500);
  end if;
end $$;

grant create on schema public to waypost_search;

alter function search_tickets(tsquery, text) owner to waypost_search;

revoke create on schema public from waypost_search;

revoke all on function search_tickets(tsquery, text) from public;

grant execute on function search_tickets(tsquery, text) to waypost_app, waypost_worker;
