CREATE TABLE bulk_selections (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	made_at TIMESTAMP WITH TIME ZONE NOT NULL,
	made_by UUID,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	count BIGINT NOT NULL,
	sample JSONB NOT NULL,
	query TEXT NOT NULL,
	state TEXT NOT NULL,
	act JSONB,
	done BIGINT NOT NULL,
	asked_at TIMESTAMP WITH TIME ZONE,
	ended_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_bulk_selections PRIMARY KEY (org_id, id)
);

CREATE INDEX bulk_selections_by_age ON bulk_selections (org_id, made_at);

alter table bulk_selections enable row level security;

alter table bulk_selections force row level security;

create policy bulk_selections_org_isolation on bulk_selections using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on bulk_selections to waypost_app, waypost_worker;

grant select on bulk_selections to waypost_backup;

CREATE TABLE dead_letter_groups (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	fingerprint TEXT NOT NULL,
	type TEXT NOT NULL,
	queue TEXT NOT NULL,
	error TEXT NOT NULL,
	jobs BIGINT NOT NULL,
	removed BIGINT NOT NULL,
	first_at TIMESTAMP WITH TIME ZONE NOT NULL,
	last_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_dead_letter_groups PRIMARY KEY (org_id, id),
	CONSTRAINT uq_dead_letter_groups_org_id_fingerprint_type UNIQUE (org_id, fingerprint, type)
);

alter table dead_letter_groups enable row level security;

alter table dead_letter_groups force row level security;

create policy dead_letter_groups_org_isolation on dead_letter_groups using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on dead_letter_groups to waypost_app, waypost_worker;

grant select on dead_letter_groups to waypost_backup;

create policy dead_letter_groups_claiming on dead_letter_groups to waypost_worker using (true) with check (true);

CREATE TABLE job_corrections (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	job_id UUID NOT NULL,
	new_job_id UUID NOT NULL,
	difference JSONB NOT NULL,
	reason TEXT NOT NULL,
	approved_by UUID,
	approved_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_job_corrections PRIMARY KEY (org_id, id),
	CONSTRAINT uq_job_corrections_org_id_job_id UNIQUE (org_id, job_id)
);

CREATE INDEX job_corrections_of_new_job ON job_corrections (org_id, new_job_id);

alter table job_corrections enable row level security;

alter table job_corrections force row level security;

create policy job_corrections_org_isolation on job_corrections using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on job_corrections to waypost_app, waypost_worker;

grant select on job_corrections to waypost_backup;

alter table job_selections add again_of UUID;

alter table job_selections add types JSONB;

alter table job_selections add act TEXT NOT NULL default 'replay';

alter table job_selections alter act drop default;

alter table job_selections add rate BIGINT;

alter table job_selections add with_check BOOLEAN NOT NULL default false;

alter table job_selections alter with_check drop default;

alter table job_selections add done BIGINT NOT NULL default 0;

alter table job_selections alter done drop default;

alter table job_selections add "left" BIGINT NOT NULL;

alter table job_selections add started_at TIMESTAMP WITH TIME ZONE;

alter table job_selections add ended_at TIMESTAMP WITH TIME ZONE;

CREATE INDEX jobs_dead_of_thing ON jobs (org_id, thing_id, id) WHERE status = 'dead' and thing_id is not null;

CREATE TABLE mailbox_oauth_states (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	person_id UUID NOT NULL,
	state_hash BYTEA NOT NULL,
	sealed_verifier BYTEA NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	used_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_mailbox_oauth_states PRIMARY KEY (org_id, id),
	CONSTRAINT uq_mailbox_oauth_states_org_id_state_hash UNIQUE (org_id, state_hash)
);

CREATE INDEX mailbox_oauth_states_age ON mailbox_oauth_states (org_id, expires_at);

alter table mailbox_oauth_states enable row level security;

alter table mailbox_oauth_states force row level security;

create policy mailbox_oauth_states_org_isolation on mailbox_oauth_states using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on mailbox_oauth_states to waypost_app, waypost_worker;

grant select on mailbox_oauth_states to waypost_backup;

alter table messages add same_as UUID;

alter table messages add CONSTRAINT fk_messages_org_id_same_as FOREIGN KEY(org_id, same_as) REFERENCES messages (org_id, id);

CREATE INDEX messages_same ON messages (org_id, same_as) WHERE same_as is not null;

CREATE TABLE oauth_credentials (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	provider TEXT NOT NULL,
	subject TEXT NOT NULL,
	scopes TEXT[] NOT NULL,
	sealed_refresh_token BYTEA NOT NULL,
	withdrawn_at TIMESTAMP WITH TIME ZONE,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_oauth_credentials PRIMARY KEY (org_id, id),
	CONSTRAINT uq_oauth_credentials_org_id_provider_subject UNIQUE (org_id, provider, subject)
);

alter table oauth_credentials enable row level security;

alter table oauth_credentials force row level security;

create policy oauth_credentials_org_isolation on oauth_credentials using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on oauth_credentials to waypost_app, waypost_worker;

grant select on oauth_credentials to waypost_backup;

CREATE TABLE operation_samples (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	waiting BIGINT NOT NULL,
	dead BIGINT NOT NULL,
	lag_seconds BIGINT NOT NULL,
	mails BIGINT NOT NULL,
	CONSTRAINT pk_operation_samples PRIMARY KEY (org_id, id)
);

CREATE INDEX operation_samples_in_order ON operation_samples (org_id, at);

alter table operation_samples enable row level security;

alter table operation_samples force row level security;

create policy operation_samples_org_isolation on operation_samples using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on operation_samples to waypost_app, waypost_worker;

grant select on operation_samples to waypost_backup;

alter table organizations add second_factor_for TEXT;

CREATE TABLE provider_visits (
	id UUID NOT NULL,
	state_hash BYTEA NOT NULL,
	goes_on_to TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_provider_visits PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_provider_visits_state ON provider_visits (state_hash);

grant select on provider_visits to waypost_backup;

CREATE TABLE queues (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	name TEXT NOT NULL,
	slug TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	archived_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_queues PRIMARY KEY (org_id, id),
	CONSTRAINT uq_queues_org_id_slug UNIQUE (org_id, slug)
);

CREATE INDEX queues_in_order ON queues (org_id, created_at, id);

alter table queues enable row level security;

alter table queues force row level security;

create policy queues_org_isolation on queues using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on queues to waypost_app, waypost_worker;

grant select on queues to waypost_backup;

CREATE TABLE rearrangements (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	kind TEXT NOT NULL,
	ticket_id UUID NOT NULL,
	other_id UUID NOT NULL,
	message_ids JSONB NOT NULL,
	made_at TIMESTAMP WITH TIME ZONE NOT NULL,
	made_by UUID,
	undone_at TIMESTAMP WITH TIME ZONE,
	undone_by UUID,
	CONSTRAINT pk_rearrangements PRIMARY KEY (org_id, id)
);

CREATE INDEX rearrangements_of_other ON rearrangements (org_id, other_id, made_at, id);

CREATE INDEX rearrangements_of_ticket ON rearrangements (org_id, ticket_id, made_at, id);

alter table rearrangements enable row level security;

alter table rearrangements force row level security;

create policy rearrangements_org_isolation on rearrangements using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on rearrangements to waypost_app, waypost_worker;

grant select on rearrangements to waypost_backup;

CREATE TABLE routing_reruns (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
	asked_by UUID,
	until_at TIMESTAMP WITH TIME ZONE NOT NULL,
	place_at TIMESTAMP WITH TIME ZONE,
	place_id UUID,
	looked_at_count BIGINT NOT NULL,
	freed_count BIGINT NOT NULL,
	finished_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_routing_reruns PRIMARY KEY (org_id, id)
);

CREATE INDEX routing_reruns_newest ON routing_reruns (org_id, asked_at, id);

alter table routing_reruns enable row level security;

alter table routing_reruns force row level security;

create policy routing_reruns_org_isolation on routing_reruns using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on routing_reruns to waypost_app, waypost_worker;

grant select on routing_reruns to waypost_backup;

CREATE TABLE threading_policies (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	scope TEXT NOT NULL,
	same_sender TEXT NOT NULL,
	window_hours BIGINT NOT NULL,
	inboxes_apart BOOLEAN NOT NULL,
	automatic_per_hour BIGINT NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_threading_policies PRIMARY KEY (org_id, id),
	CONSTRAINT uq_threading_policies_org_id_scope UNIQUE (org_id, scope)
);

alter table threading_policies enable row level security;

alter table threading_policies force row level security;

create policy threading_policies_org_isolation on threading_policies using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on threading_policies to waypost_app, waypost_worker;

grant select on threading_policies to waypost_backup;

CREATE TABLE api_keys (
	id UUID NOT NULL,
	org_id UUID NOT NULL,
	person_id UUID NOT NULL,
	name TEXT NOT NULL,
	prefix TEXT NOT NULL,
	secret_hash BYTEA NOT NULL,
	role TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	last_used_at TIMESTAMP WITH TIME ZONE,
	revoked_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_api_keys PRIMARY KEY (id),
	CONSTRAINT ck_api_keys_role_known CHECK (role in ('owner', 'admin', 'agent', 'dispatcher', 'finance', 'viewer')),
	CONSTRAINT fk_api_keys_org_id FOREIGN KEY(org_id) REFERENCES organizations (id),
	CONSTRAINT fk_api_keys_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE INDEX api_keys_expiry ON api_keys (expires_at);

CREATE INDEX api_keys_person ON api_keys (person_id, org_id, created_at);

CREATE UNIQUE INDEX uq_api_keys_secret ON api_keys (secret_hash);

grant select on api_keys to waypost_backup;

alter table auth_sessions add address TEXT;

CREATE TABLE bulk_items (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	selection_id UUID NOT NULL,
	ordinal BIGINT NOT NULL,
	ticket_id UUID NOT NULL,
	result TEXT,
	detail TEXT,
	before JSONB,
	after JSONB,
	rearrangement_id UUID,
	at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_bulk_items PRIMARY KEY (org_id, id),
	CONSTRAINT fk_bulk_items_org_id_selection_id FOREIGN KEY(org_id, selection_id) REFERENCES bulk_selections (org_id, id),
	CONSTRAINT uq_bulk_items_org_id_selection_id_ordinal UNIQUE (org_id, selection_id, ordinal)
);

CREATE INDEX bulk_items_done ON bulk_items (org_id, selection_id, ordinal) WHERE result = 'done';

CREATE INDEX bulk_items_waiting ON bulk_items (org_id, selection_id, ordinal) WHERE result is null;

alter table bulk_items enable row level security;

alter table bulk_items force row level security;

create policy bulk_items_org_isolation on bulk_items using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on bulk_items to waypost_app, waypost_worker;

grant select on bulk_items to waypost_backup;

CREATE TABLE collision_rulings (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	group_id UUID NOT NULL,
	verdict TEXT NOT NULL,
	message_ids JSONB NOT NULL,
	survivor_id UUID,
	decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
	decided_by UUID,
	undone_at TIMESTAMP WITH TIME ZONE,
	undone_by UUID,
	CONSTRAINT pk_collision_rulings PRIMARY KEY (org_id, id),
	CONSTRAINT fk_collision_rulings_org_id_survivor_id FOREIGN KEY(org_id, survivor_id) REFERENCES messages (org_id, id)
);

CREATE INDEX collision_rulings_newest ON collision_rulings (org_id, decided_at, id);

alter table collision_rulings enable row level security;

alter table collision_rulings force row level security;

create policy collision_rulings_org_isolation on collision_rulings using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on collision_rulings to waypost_app, waypost_worker;

grant select on collision_rulings to waypost_backup;

CREATE TABLE gmail_accounts (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	mailbox_id UUID NOT NULL,
	credential_id UUID,
	backfill_began_at TIMESTAMP WITH TIME ZONE,
	backfill_page TEXT,
	watch_until TIMESTAMP WITH TIME ZONE,
	reconciled_at TIMESTAMP WITH TIME ZONE,
	reconciled_gap BIGINT,
	CONSTRAINT pk_gmail_accounts PRIMARY KEY (org_id, id),
	CONSTRAINT fk_gmail_accounts_org_id_mailbox_id FOREIGN KEY(org_id, mailbox_id) REFERENCES mailboxes (org_id, id) ON DELETE CASCADE,
	CONSTRAINT fk_gmail_accounts_org_id_credential_id FOREIGN KEY(org_id, credential_id) REFERENCES oauth_credentials (org_id, id),
	CONSTRAINT uq_gmail_accounts_org_id_mailbox_id UNIQUE (org_id, mailbox_id)
);

CREATE UNIQUE INDEX gmail_one_journal ON gmail_accounts (org_id) WHERE credential_id is not null;

alter table gmail_accounts enable row level security;

alter table gmail_accounts force row level security;

create policy gmail_accounts_org_isolation on gmail_accounts using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on gmail_accounts to waypost_app, waypost_worker;

grant select on gmail_accounts to waypost_backup;

CREATE TABLE invitations (
	id UUID NOT NULL,
	org_id UUID NOT NULL,
	email TEXT NOT NULL,
	role TEXT NOT NULL,
	token_hash BYTEA NOT NULL,
	invited_by UUID,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	accepted_at TIMESTAMP WITH TIME ZONE,
	revoked_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_invitations PRIMARY KEY (id),
	CONSTRAINT ck_invitations_role_known CHECK (role in ('owner', 'admin', 'agent', 'dispatcher', 'finance', 'viewer')),
	CONSTRAINT ck_invitations_email_is_lower CHECK (email = lower(email)),
	CONSTRAINT fk_invitations_org_id FOREIGN KEY(org_id) REFERENCES organizations (id),
	CONSTRAINT fk_invitations_invited_by FOREIGN KEY(invited_by) REFERENCES people (id)
);

CREATE INDEX invitations_email ON invitations (email);

CREATE INDEX invitations_org ON invitations (org_id, created_at);

CREATE UNIQUE INDEX uq_invitations_token ON invitations (token_hash);

grant select on invitations to waypost_backup;

CREATE INDEX job_selection_items_in_order ON job_selection_items (org_id, selection_id, id);

alter table memberships add disabled_at TIMESTAMP WITH TIME ZONE;

CREATE TABLE message_distinctions (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	low_id UUID NOT NULL,
	high_id UUID NOT NULL,
	ruling_id UUID NOT NULL,
	CONSTRAINT pk_message_distinctions PRIMARY KEY (org_id, id),
	CONSTRAINT fk_message_distinctions_org_id_low_id FOREIGN KEY(org_id, low_id) REFERENCES messages (org_id, id),
	CONSTRAINT fk_message_distinctions_org_id_high_id FOREIGN KEY(org_id, high_id) REFERENCES messages (org_id, id),
	CONSTRAINT uq_message_distinctions_org_id_low_id_high_id UNIQUE (org_id, low_id, high_id)
);

CREATE INDEX message_distinctions_back ON message_distinctions (org_id, high_id);

alter table message_distinctions enable row level security;

alter table message_distinctions force row level security;

create policy message_distinctions_org_isolation on message_distinctions using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on message_distinctions to waypost_app, waypost_worker;

grant select on message_distinctions to waypost_backup;

alter table message_occurrences add route_evidence JSONB;

CREATE INDEX occurrences_dropped ON message_occurrences (org_id, received_at, id) WHERE state = 'routed' and ticket_id is null;

CREATE TABLE password_links (
	id UUID NOT NULL,
	person_id UUID NOT NULL,
	org_id UUID NOT NULL,
	token_hash BYTEA NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	used_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_password_links PRIMARY KEY (id),
	CONSTRAINT fk_password_links_person_id FOREIGN KEY(person_id) REFERENCES people (id),
	CONSTRAINT fk_password_links_org_id FOREIGN KEY(org_id) REFERENCES organizations (id)
);

CREATE INDEX password_links_person ON password_links (person_id);

CREATE UNIQUE INDEX uq_password_links_token ON password_links (token_hash);

grant select on password_links to waypost_backup;

CREATE TABLE provider_logins (
	id UUID NOT NULL,
	issuer TEXT NOT NULL,
	subject TEXT NOT NULL,
	person_id UUID NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	last_used_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_provider_logins PRIMARY KEY (id),
	CONSTRAINT fk_provider_logins_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE UNIQUE INDEX uq_provider_logins_person ON provider_logins (issuer, person_id);

CREATE UNIQUE INDEX uq_provider_logins_subject ON provider_logins (issuer, subject);

grant select on provider_logins to waypost_backup;

CREATE TABLE rearranged_rows (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	rearrangement_id UUID NOT NULL,
	ordinal BIGINT NOT NULL,
	table_name TEXT NOT NULL,
	row_id UUID NOT NULL,
	before JSONB,
	after JSONB,
	CONSTRAINT pk_rearranged_rows PRIMARY KEY (org_id, id),
	CONSTRAINT fk_rearranged_rows_org_id_rearrangement_id FOREIGN KEY(org_id, rearrangement_id) REFERENCES rearrangements (org_id, id),
	CONSTRAINT uq_rearranged_rows_org_id_rearrangement_id_ordinal UNIQUE (org_id, rearrangement_id, ordinal)
);

CREATE INDEX rearranged_rows_by_row ON rearranged_rows (org_id, row_id);

alter table rearranged_rows enable row level security;

alter table rearranged_rows force row level security;

create policy rearranged_rows_org_isolation on rearranged_rows using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on rearranged_rows to waypost_app, waypost_worker;

grant select on rearranged_rows to waypost_backup;

CREATE TABLE recovery_codes (
	id UUID NOT NULL,
	person_id UUID NOT NULL,
	code_hash BYTEA NOT NULL,
	used_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_recovery_codes PRIMARY KEY (id),
	CONSTRAINT fk_recovery_codes_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE UNIQUE INDEX uq_recovery_codes_code ON recovery_codes (person_id, code_hash);

grant select on recovery_codes to waypost_backup;

CREATE TABLE second_factors (
	person_id UUID NOT NULL,
	sealed_secret BYTEA NOT NULL,
	last_step BIGINT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	confirmed_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_second_factors PRIMARY KEY (person_id),
	CONSTRAINT fk_second_factors_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);

grant select on second_factors to waypost_backup;

CREATE TABLE send_identities (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	mailbox_id UUID,
	from_email TEXT NOT NULL,
	from_name TEXT,
	status TEXT NOT NULL,
	is_enabled BOOLEAN NOT NULL,
	signature TEXT NOT NULL,
	link_hash BYTEA,
	link_sent_at TIMESTAMP WITH TIME ZONE,
	verified_at TIMESTAMP WITH TIME ZONE,
	failure TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_send_identities PRIMARY KEY (org_id, id),
	CONSTRAINT fk_send_identities_org_id_mailbox_id FOREIGN KEY(org_id, mailbox_id) REFERENCES mailboxes (org_id, id) ON DELETE SET NULL (mailbox_id),
	CONSTRAINT uq_send_identities_org_id_from_email UNIQUE (org_id, from_email)
);

alter table send_identities enable row level security;

alter table send_identities force row level security;

create policy send_identities_org_isolation on send_identities using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on send_identities to waypost_app, waypost_worker;

grant select on send_identities to waypost_backup;

CREATE TABLE sign_in_challenges (
	id UUID NOT NULL,
	person_id UUID NOT NULL,
	org_id UUID NOT NULL,
	token_hash BYTEA NOT NULL,
	password_hash TEXT,
	how TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_sign_in_challenges PRIMARY KEY (id),
	CONSTRAINT fk_sign_in_challenges_person_id FOREIGN KEY(person_id) REFERENCES people (id),
	CONSTRAINT fk_sign_in_challenges_org_id FOREIGN KEY(org_id) REFERENCES organizations (id)
);

CREATE UNIQUE INDEX uq_sign_in_challenges_token ON sign_in_challenges (token_hash);

grant select on sign_in_challenges to waypost_backup;

CREATE TABLE canned_replies (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	name TEXT NOT NULL,
	body TEXT NOT NULL,
	owner_id UUID,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	removed_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_canned_replies PRIMARY KEY (org_id, id),
	CONSTRAINT fk_canned_replies_org_id_owner_id FOREIGN KEY(org_id, owner_id) REFERENCES memberships (org_id, person_id) ON DELETE CASCADE
);

CREATE INDEX canned_replies_by_name ON canned_replies (org_id, name);

alter table canned_replies enable row level security;

alter table canned_replies force row level security;

create policy canned_replies_org_isolation on canned_replies using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on canned_replies to waypost_app, waypost_worker;

grant select on canned_replies to waypost_backup;

CREATE TABLE collision_rows (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	ruling_id UUID NOT NULL,
	ordinal BIGINT NOT NULL,
	table_name TEXT NOT NULL,
	row_id UUID NOT NULL,
	before JSONB,
	after JSONB,
	CONSTRAINT pk_collision_rows PRIMARY KEY (org_id, id),
	CONSTRAINT fk_collision_rows_org_id_ruling_id FOREIGN KEY(org_id, ruling_id) REFERENCES collision_rulings (org_id, id),
	CONSTRAINT uq_collision_rows_org_id_ruling_id_ordinal UNIQUE (org_id, ruling_id, ordinal)
);

alter table collision_rows enable row level security;

alter table collision_rows force row level security;

create policy collision_rows_org_isolation on collision_rows using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on collision_rows to waypost_app, waypost_worker;

grant select on collision_rows to waypost_backup;

CREATE TABLE outbound_messages (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	message_id UUID NOT NULL,
	oss_message_id UUID NOT NULL,
	ticket_id UUID NOT NULL,
	send_identity_id UUID NOT NULL,
	author_id UUID,
	rfc_message_id TEXT NOT NULL,
	rfc_mark UUID NOT NULL,
	job_id UUID,
	state TEXT NOT NULL,
	send_after TIMESTAMP WITH TIME ZONE NOT NULL,
	attempts BIGINT NOT NULL,
	attempt_at TIMESTAMP WITH TIME ZONE,
	sent_at TIMESTAMP WITH TIME ZONE,
	provider_id TEXT,
	failure TEXT,
	bounced_at TIMESTAMP WITH TIME ZONE,
	raw_blob_id UUID,
	recipients TEXT[] NOT NULL,
	digest BYTEA NOT NULL,
	before JSONB NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_outbound_messages PRIMARY KEY (org_id, id),
	CONSTRAINT fk_outbound_messages_org_id_send_identity_id FOREIGN KEY(org_id, send_identity_id) REFERENCES send_identities (org_id, id),
	CONSTRAINT fk_outbound_messages_org_id_raw_blob_id FOREIGN KEY(org_id, raw_blob_id) REFERENCES blobs (org_id, id),
	CONSTRAINT uq_outbound_messages_org_id_message_id UNIQUE (org_id, message_id),
	CONSTRAINT uq_outbound_messages_org_id_oss_message_id UNIQUE (org_id, oss_message_id)
);

CREATE INDEX outbound_by_rfc_mark ON outbound_messages (org_id, rfc_mark);

CREATE INDEX outbound_of_ticket ON outbound_messages (org_id, ticket_id, created_at);

CREATE INDEX outbound_unsettled ON outbound_messages (org_id, send_after) WHERE state in ('held', 'queued', 'sending');

alter table outbound_messages enable row level security;

alter table outbound_messages force row level security;

create policy outbound_messages_org_isolation on outbound_messages using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on outbound_messages to waypost_app, waypost_worker;

grant select on outbound_messages to waypost_backup;

CREATE TABLE queue_memberships (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	queue_id UUID NOT NULL,
	user_id UUID NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_queue_memberships PRIMARY KEY (org_id, id),
	CONSTRAINT fk_queue_memberships_org_id_queue_id FOREIGN KEY(org_id, queue_id) REFERENCES queues (org_id, id) ON DELETE CASCADE,
	CONSTRAINT fk_queue_memberships_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES memberships (org_id, person_id) ON DELETE CASCADE,
	CONSTRAINT uq_queue_memberships_org_id_queue_id_user_id UNIQUE (org_id, queue_id, user_id)
);

CREATE INDEX queue_memberships_of_person ON queue_memberships (org_id, user_id);

alter table queue_memberships enable row level security;

alter table queue_memberships force row level security;

create policy queue_memberships_org_isolation on queue_memberships using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on queue_memberships to waypost_app, waypost_worker;

grant select on queue_memberships to waypost_backup;

CREATE TABLE routing_rules (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	name TEXT NOT NULL,
	is_enabled BOOLEAN NOT NULL,
	priority BIGINT NOT NULL,
	match_recipient_pattern TEXT,
	match_sender_domain_pattern TEXT,
	match_sender_email_pattern TEXT,
	match_direction TEXT,
	action_assign_queue_id UUID,
	action_assign_user_id UUID,
	action_set_status TEXT,
	action_set_priority TEXT,
	action_drop BOOLEAN NOT NULL,
	action_auto_close BOOLEAN NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_routing_rules PRIMARY KEY (org_id, id),
	CONSTRAINT fk_routing_rules_org_id_action_assign_queue_id FOREIGN KEY(org_id, action_assign_queue_id) REFERENCES queues (org_id, id) ON DELETE SET NULL (action_assign_queue_id),
	CONSTRAINT fk_routing_rules_org_id_action_assign_user_id FOREIGN KEY(org_id, action_assign_user_id) REFERENCES memberships (org_id, person_id) ON DELETE SET NULL (action_assign_user_id)
);

CREATE INDEX routing_rules_in_order ON routing_rules (org_id, priority, id);

alter table routing_rules enable row level security;

alter table routing_rules force row level security;

create policy routing_rules_org_isolation on routing_rules using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on routing_rules to waypost_app, waypost_worker;

grant select on routing_rules to waypost_backup;

CREATE TABLE ticket_saved_views (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	name TEXT NOT NULL,
	filters JSONB,
	query JSONB NOT NULL,
	is_default BOOLEAN NOT NULL,
	is_shared BOOLEAN NOT NULL,
	owner_id UUID,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_ticket_saved_views PRIMARY KEY (org_id, id),
	CONSTRAINT fk_ticket_saved_views_org_id_owner_id FOREIGN KEY(org_id, owner_id) REFERENCES memberships (org_id, person_id) ON DELETE SET NULL (owner_id)
);

CREATE INDEX saved_views_in_order ON ticket_saved_views (org_id, created_at, id);

CREATE UNIQUE INDEX saved_views_personal ON ticket_saved_views (org_id, owner_id, name) WHERE not is_shared;

CREATE UNIQUE INDEX saved_views_shared ON ticket_saved_views (org_id, name) WHERE is_shared;

alter table ticket_saved_views enable row level security;

alter table ticket_saved_views force row level security;

create policy ticket_saved_views_org_isolation on ticket_saved_views using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on ticket_saved_views to waypost_app, waypost_worker;

grant select on ticket_saved_views to waypost_backup;

alter table tickets add CONSTRAINT fk_tickets_org_id_assignee_queue_id FOREIGN KEY(org_id, assignee_queue_id) REFERENCES queues (org_id, id) ON DELETE SET NULL (assignee_queue_id);

CREATE INDEX tickets_by_priority ON tickets (org_id, priority, last_activity_at, id) WHERE priority<>'normal';

CREATE TABLE reply_drafts (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	ticket_id UUID NOT NULL,
	person_id UUID NOT NULL,
	send_identity_id UUID,
	to_typed TEXT NOT NULL,
	cc_typed TEXT NOT NULL,
	subject TEXT NOT NULL,
	body TEXT NOT NULL,
	with_quote BOOLEAN NOT NULL,
	seen TEXT NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	discarded_at TIMESTAMP WITH TIME ZONE,
	sent_as UUID,
	CONSTRAINT pk_reply_drafts PRIMARY KEY (org_id, id),
	CONSTRAINT fk_reply_drafts_org_id_ticket_id FOREIGN KEY(org_id, ticket_id) REFERENCES tickets (org_id, id),
	CONSTRAINT fk_reply_drafts_org_id_person_id FOREIGN KEY(org_id, person_id) REFERENCES memberships (org_id, person_id) ON DELETE CASCADE,
	CONSTRAINT uq_reply_drafts_org_id_ticket_id_person_id UNIQUE (org_id, ticket_id, person_id)
);

CREATE INDEX reply_drafts_of_person ON reply_drafts (org_id, person_id, updated_at);

alter table reply_drafts enable row level security;

alter table reply_drafts force row level security;

create policy reply_drafts_org_isolation on reply_drafts using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on reply_drafts to waypost_app, waypost_worker;

grant select on reply_drafts to waypost_backup;

CREATE TABLE ticket_presences (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	ticket_id UUID NOT NULL,
	person_id UUID NOT NULL,
	doing TEXT NOT NULL,
	seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_ticket_presences PRIMARY KEY (org_id, id),
	CONSTRAINT fk_ticket_presences_org_id_ticket_id FOREIGN KEY(org_id, ticket_id) REFERENCES tickets (org_id, id),
	CONSTRAINT fk_ticket_presences_org_id_person_id FOREIGN KEY(org_id, person_id) REFERENCES memberships (org_id, person_id) ON DELETE CASCADE,
	CONSTRAINT uq_ticket_presences_org_id_ticket_id_person_id UNIQUE (org_id, ticket_id, person_id)
);

CREATE INDEX ticket_presences_of_person ON ticket_presences (org_id, person_id);

alter table ticket_presences enable row level security;

alter table ticket_presences force row level security;

create policy ticket_presences_org_isolation on ticket_presences using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on ticket_presences to waypost_app, waypost_worker;

grant select on ticket_presences to waypost_backup;

CREATE TABLE ticket_watchers (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	ticket_id UUID NOT NULL,
	person_id UUID NOT NULL,
	because TEXT NOT NULL,
	since TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_ticket_watchers PRIMARY KEY (org_id, id),
	CONSTRAINT fk_ticket_watchers_org_id_ticket_id FOREIGN KEY(org_id, ticket_id) REFERENCES tickets (org_id, id),
	CONSTRAINT fk_ticket_watchers_org_id_person_id FOREIGN KEY(org_id, person_id) REFERENCES memberships (org_id, person_id) ON DELETE CASCADE,
	CONSTRAINT uq_ticket_watchers_org_id_ticket_id_person_id UNIQUE (org_id, ticket_id, person_id)
);

CREATE INDEX ticket_watchers_of_person ON ticket_watchers (org_id, person_id, ticket_id);

alter table ticket_watchers enable row level security;

alter table ticket_watchers force row level security;

create policy ticket_watchers_org_isolation on ticket_watchers using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on ticket_watchers to waypost_app, waypost_worker;

grant select on ticket_watchers to waypost_backup;

CREATE TABLE reply_draft_files (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	draft_id UUID NOT NULL,
	blob_id UUID NOT NULL,
	filename TEXT NOT NULL,
	content_type TEXT NOT NULL,
	size_bytes BIGINT NOT NULL,
	CONSTRAINT pk_reply_draft_files PRIMARY KEY (org_id, id),
	CONSTRAINT fk_reply_draft_files_org_id_draft_id FOREIGN KEY(org_id, draft_id) REFERENCES reply_drafts (org_id, id) ON DELETE CASCADE,
	CONSTRAINT fk_reply_draft_files_org_id_blob_id FOREIGN KEY(org_id, blob_id) REFERENCES blobs (org_id, id)
);

CREATE INDEX reply_draft_files_of_draft ON reply_draft_files (org_id, draft_id, id);

alter table reply_draft_files enable row level security;

alter table reply_draft_files force row level security;

create policy reply_draft_files_org_isolation on reply_draft_files using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on reply_draft_files to waypost_app, waypost_worker;

grant select on reply_draft_files to waypost_backup;

CREATE TABLE ticket_mentions (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	ticket_id UUID NOT NULL,
	note_id UUID NOT NULL,
	person_id UUID NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_ticket_mentions PRIMARY KEY (org_id, id),
	CONSTRAINT fk_ticket_mentions_org_id_ticket_id FOREIGN KEY(org_id, ticket_id) REFERENCES tickets (org_id, id),
	CONSTRAINT fk_ticket_mentions_org_id_note_id FOREIGN KEY(org_id, note_id) REFERENCES ticket_notes (org_id, id),
	CONSTRAINT fk_ticket_mentions_org_id_person_id FOREIGN KEY(org_id, person_id) REFERENCES memberships (org_id, person_id) ON DELETE CASCADE,
	CONSTRAINT uq_ticket_mentions_org_id_note_id_person_id UNIQUE (org_id, note_id, person_id)
);

CREATE INDEX ticket_mentions_of_person ON ticket_mentions (org_id, person_id, ticket_id);

alter table ticket_mentions enable row level security;

alter table ticket_mentions force row level security;

create policy ticket_mentions_org_isolation on ticket_mentions using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on ticket_mentions to waypost_app, waypost_worker;

grant select on ticket_mentions to waypost_backup;

grant select (provider, is_enabled, ingestion_paused_until, last_incremental_sync_at, trouble) on mailboxes to waypost_owner;

grant select (settled_at) on quarantine_items to waypost_owner;

grant select (state, send_after) on outbound_messages to waypost_owner;

create or replace function installation_mail_figures(moment timestamptz) returns table (lag double precision, connected bigint, degraded bigint, paused bigint, disabled bigint, quarantined bigint, leaving bigint, oldest double precision) language sql stable security definer set search_path = public, pg_temp as $body$
    with read as (
      select last_incremental_sync_at as looked_at, case when not is_enabled then 'disabled'
        when ingestion_paused_until > moment then 'paused' when trouble is not null then 'degraded' else 'connected'
        end as condition
      from mailboxes where provider <> 'import'
    ), out as (
      select count(*) as leaving, extract(epoch from moment - min(send_after))::float8 as oldest
      from outbound_messages where state in ('held', 'queued', 'sending') and send_after <= moment
    )
    select
      extract(epoch from moment - min(looked_at) filter (where condition in ('connected', 'degraded')))::float8,
      count(*) filter (where condition = 'connected'), count(*) filter (where condition = 'degraded'),
      count(*) filter (where condition = 'paused'), count(*) filter (where condition = 'disabled'),
      (select count(*) from quarantine_items where settled_at is null),
      (select leaving from out), (select oldest from out)
    from read
     $body$;

alter function installation_mail_figures(timestamptz) owner to waypost_owner;

revoke all on function installation_mail_figures(timestamptz) from public;

grant execute on function installation_mail_figures(timestamptz) to waypost_app;

grant select, insert, update, delete on api_keys to waypost_owner;

revoke all on api_keys from public, waypost_app, waypost_worker;

create or replace function identity_key(secret bytea, moment timestamptz) returns table (session_id uuid, person_id uuid, org_id uuid, role text, is_disabled boolean, email text, display_name text, org_name text, zone text, locale text, theme text, operator boolean, must_enrol boolean, ceiling text) language sql stable security definer set search_path = public, pg_temp as $body$
        select k.id, p.id, o.id, m.role, p.is_disabled or m.disabled_at is not null, p.email, p.display_name, o.name,
               o.zone, coalesce(p.locale, o.locale), p.theme, false,
coalesce(o.second_factor_for = 'everyone' or (o.second_factor_for = 'admins' and m.role in ('owner', 'admin')), false)
  and not exists (select from second_factors f where f.person_id = p.id and f.confirmed_at is not null)
, k.role
        from api_keys k
        join people p on p.id = k.person_id
        join organizations o on o.id = k.org_id
        left join memberships m on m.org_id = o.id and m.person_id = p.id and m.ended_at is null
        where k.secret_hash = secret and k.revoked_at is null and k.expires_at > moment
         $body$;

alter function identity_key(bytea, timestamptz) owner to waypost_owner;

revoke all on function identity_key(bytea, timestamptz) from public;

grant execute on function identity_key(bytea, timestamptz) to waypost_app;

create or replace function identity_make_key(fresh uuid, org uuid, person uuid, title text, beginning text, secret bytea, as_role text, moment timestamptz, until timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with made as (
          insert into api_keys (id, org_id, person_id, name, prefix, secret_hash, role, created_at, expires_at)
          select fresh, org, person, title, beginning, secret, as_role, moment, until
          from memberships m
          where m.org_id = org and org = app_org() and m.person_id = person and m.ended_at is null
            and m.disabled_at is null
            and (select count(*) from api_keys k where k.person_id = person and k.org_id = org
                 and k.revoked_at is null and k.expires_at > moment) < 50
          returning 1)
        select exists (select from made)
         $body$;

alter function identity_make_key(uuid, uuid, uuid, text, text, bytea, text, timestamptz, timestamptz) owner to waypost_owner;

revoke all on function identity_make_key(uuid, uuid, uuid, text, text, bytea, text, timestamptz, timestamptz) from public;

grant execute on function identity_make_key(uuid, uuid, uuid, text, text, bytea, text, timestamptz, timestamptz) to waypost_app;

create or replace function identity_keys_of(org uuid, person uuid, moment timestamptz) returns table (id uuid, name text, prefix text, role text, created_at timestamptz, expires_at timestamptz, last_used_at timestamptz) language sql stable security definer set search_path = public, pg_temp as $body$
        select k.id, k.name, k.prefix, k.role, k.created_at, k.expires_at, k.last_used_at from api_keys k
        where k.org_id = org and org = app_org() and k.person_id = person
          and k.revoked_at is null and k.expires_at > moment
        order by k.created_at desc limit 100
         $body$;

alter function identity_keys_of(uuid, uuid, timestamptz) owner to waypost_owner;

revoke all on function identity_keys_of(uuid, uuid, timestamptz) from public;

grant execute on function identity_keys_of(uuid, uuid, timestamptz) to waypost_app;

create or replace function identity_revoke_key(org uuid, person uuid, key uuid, moment timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with revoked as (
          update api_keys k set revoked_at = moment
          where k.id = key and k.org_id = org and org = app_org() and k.person_id = person and k.revoked_at is null
          returning 1)
        select exists (select from revoked)
         $body$;

alter function identity_revoke_key(uuid, uuid, uuid, timestamptz) owner to waypost_owner;

revoke all on function identity_revoke_key(uuid, uuid, uuid, timestamptz) from public;

grant execute on function identity_revoke_key(uuid, uuid, uuid, timestamptz) to waypost_app;

grant select (org_id, person_id, role, ended_at, disabled_at) on memberships to waypost_app, waypost_worker;

drop function if exists identity_session(bytea, timestamptz, interval);

drop function if exists identity_open_session(uuid, uuid, uuid, bytea, text, timestamptz, timestamptz);

drop function if exists identity_sessions_of(uuid, timestamptz, interval);

drop function if exists identity_leave(uuid, uuid, timestamptz);

create or replace function identity_caller(token bytea, moment timestamptz, idle interval) returns table (session_id uuid, person_id uuid, org_id uuid, role text, is_disabled boolean, email text, display_name text, org_name text, zone text, locale text, theme text, operator boolean, must_enrol boolean) language sql stable security definer set search_path = public, pg_temp as $body$
        select s.id, p.id, o.id, m.role, p.is_disabled or m.disabled_at is not null, p.email, p.display_name, o.name,
               o.zone, coalesce(p.locale, o.locale), p.theme, p.installation_operator,
coalesce(o.second_factor_for = 'everyone' or (o.second_factor_for = 'admins' and m.role in ('owner', 'admin')), false)
  and not exists (select from second_factors f where f.person_id = p.id and f.confirmed_at is not null)

        from auth_sessions s
        join people p on p.id = s.person_id
        join organizations o on o.id = s.active_organization_id
        left join memberships m on m.org_id = o.id and m.person_id = p.id and m.ended_at is null
        where s.token_hash = token and s.revoked_at is null and s.expires_at > moment
          and (idle is null or s.last_seen_at > moment - idle)
         $body$;

alter function identity_caller(bytea, timestamptz, interval) owner to waypost_owner;

revoke all on function identity_caller(bytea, timestamptz, interval) from public;

grant execute on function identity_caller(bytea, timestamptz, interval) to waypost_app;

create or replace function identity_open_session(session uuid, person uuid, org uuid, token bytea, agent text, place text, moment timestamptz, until timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with opened as (
          insert into auth_sessions (id, person_id, active_organization_id, token_hash, user_agent,
                                     address, created_at, last_seen_at, expires_at)
          select session, person, org, token, agent, place, moment, moment, until
          from memberships m join people p on p.id = m.person_id
          where m.org_id = org and m.person_id = person and m.ended_at is null and m.disabled_at is null
            and not p.is_disabled
          returning 1)
        select exists (select from opened)
         $body$;

alter function identity_open_session(uuid, uuid, uuid, bytea, text, text, timestamptz, timestamptz) owner to waypost_owner;

revoke all on function identity_open_session(uuid, uuid, uuid, bytea, text, text, timestamptz, timestamptz) from public;

grant execute on function identity_open_session(uuid, uuid, uuid, bytea, text, text, timestamptz, timestamptz) to waypost_app;

create or replace function identity_switch(session uuid, person uuid, org uuid) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with switched as (
          update auth_sessions s set active_organization_id = org from memberships m
          where s.id = session and s.person_id = person and s.revoked_at is null
            and m.org_id = org and m.person_id = person and m.ended_at is null and m.disabled_at is null
          returning 1)
        select exists (select from switched)
         $body$;

create or replace function identity_seen(sessions uuid[], moments timestamptz[]) returns void language sql volatile security definer set search_path = public, pg_temp as $body$
        update auth_sessions s set last_seen_at = greatest(s.last_seen_at, seen.moment)
        from unnest(sessions, moments) as seen (session, moment) where s.id = seen.session;
        update api_keys k set last_used_at = greatest(k.last_used_at, seen.moment)
        from unnest(sessions, moments) as seen (session, moment) where k.id = seen.session;
         $body$;

create or replace function identity_devices(person uuid, moment timestamptz, idle interval) returns table (id uuid, user_agent text, address text, created_at timestamptz, last_seen_at timestamptz, expires_at timestamptz) language sql stable security definer set search_path = public, pg_temp as $body$
        select s.id, s.user_agent, s.address, s.created_at, s.last_seen_at, s.expires_at from auth_sessions s
        where s.person_id = person and s.revoked_at is null and s.expires_at > moment
          and (idle is null or s.last_seen_at > moment - idle)
        order by s.last_seen_at desc limit 100
         $body$;

alter function identity_devices(uuid, timestamptz, interval) owner to waypost_owner;

revoke all on function identity_devices(uuid, timestamptz, interval) from public;

grant execute on function identity_devices(uuid, timestamptz, interval) to waypost_app;

create or replace function identity_person_by_id(person uuid) returns table (id uuid, email text, display_name text, is_disabled boolean, password_hash text, for_once boolean) language sql stable security definer set search_path = public, pg_temp as $body$
        select p.id, p.email, p.display_name, p.is_disabled, p.password_hash, p.password_is_for_once
        from people p where p.id = person
         $body$;

alter function identity_person_by_id(uuid) owner to waypost_owner;

revoke all on function identity_person_by_id(uuid) from public;

grant execute on function identity_person_by_id(uuid) to waypost_app;

create or replace function identity_set_disabled(address text, is_off boolean) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with marked as (
          update people set is_disabled = is_off where email = address returning 1)
        select exists (select from marked)
         $body$;

alter function identity_set_disabled(text, boolean) owner to waypost_owner;

revoke all on function identity_set_disabled(text, boolean) from public;

create or replace function identity_organizations_of(person uuid) returns table (id uuid, name text, role text) language sql stable security definer set search_path = public, pg_temp as $body$
        select o.id, o.name, m.role from memberships m join organizations o on o.id = m.org_id
        where m.person_id = person and m.ended_at is null and m.disabled_at is null order by m.created_at, o.id
         $body$;

create or replace function identity_second_factor_for(org uuid) returns text language sql stable security definer set search_path = public, pg_temp as $body$ select o.second_factor_for from organizations o where o.id = org $body$;

alter function identity_second_factor_for(uuid) owner to waypost_owner;

revoke all on function identity_second_factor_for(uuid) from public;

grant execute on function identity_second_factor_for(uuid) to waypost_app;

create or replace function identity_ask_second_factor(org uuid, of_whom text) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with told as (
          update organizations set second_factor_for = of_whom where id = org and org = app_org() returning 1)
        select exists (select from told)
         $body$;

alter function identity_ask_second_factor(uuid, text) owner to waypost_owner;

revoke all on function identity_ask_second_factor(uuid, text) from public;

grant execute on function identity_ask_second_factor(uuid, text) to waypost_app;

create or replace function identity_join(org uuid, person uuid, as_role text, moment timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with joined as (
          insert into memberships (org_id, person_id, role, created_at)
          select org, person, as_role, moment where org = app_org()
          on conflict (org_id, person_id) do update set role = excluded.role, ended_at = null, disabled_at = null
          returning 1)
        select exists (select from joined)
         $body$;

create or replace function identity_is_ours_alone(org uuid, person uuid) returns boolean language sql stable security definer set search_path = public, pg_temp as $body$
        select exists (select from memberships m join people p on p.id = m.person_id
          where m.org_id = org and org = app_org() and m.person_id = person and m.ended_at is null
            and not p.installation_operator
            and not exists (
              select from memberships o where o.person_id = person and o.org_id <> org and o.ended_at is null))
         $body$;

alter function identity_is_ours_alone(uuid, uuid) owner to waypost_owner;

revoke all on function identity_is_ours_alone(uuid, uuid) from public;

grant execute on function identity_is_ours_alone(uuid, uuid) to waypost_app;

create or replace function identity_change_member(org uuid, person uuid, as_role text, is_off boolean, is_gone boolean, moment timestamptz) returns text language plpgsql volatile security definer set search_path = public, pg_temp as $body$
        declare was memberships%rowtype;
        begin
          if org is distinct from app_org() then return 'nobody'; end if;
          perform from memberships m where m.org_id = org and m.role = 'owner' and m.ended_at is null
            order by m.person_id for update;
          select * into was from memberships m
            where m.org_id = org and m.person_id = person and m.ended_at is null for update;
          if not found then return 'nobody'; end if;
          if was.role = 'owner' and was.disabled_at is null and (as_role <> 'owner' or is_off or is_gone)
            and not exists (select from memberships m join people p on p.id = m.person_id
              where m.org_id = org and m.person_id <> person and m.role = 'owner' and m.ended_at is null
                and m.disabled_at is null and not p.is_disabled) then
            return 'last owner';
          end if;
          update memberships m set role = as_role,
            disabled_at = case when is_off then coalesce(m.disabled_at, moment) end,
            ended_at = case when is_gone then moment end
            where m.org_id = org and m.person_id = person;
          if is_off or is_gone then
            update auth_sessions s set revoked_at = moment, revoked_reason = 'membership ended'
              where s.person_id = person and s.active_organization_id = org and s.revoked_at is null;
            update api_keys k set revoked_at = moment
              where k.person_id = person and k.org_id = org and k.revoked_at is null;
          end if;
          return 'done';
        end
         $body$;

alter function identity_change_member(uuid, uuid, text, boolean, boolean, timestamptz) owner to waypost_owner;

revoke all on function identity_change_member(uuid, uuid, text, boolean, boolean, timestamptz) from public;

grant execute on function identity_change_member(uuid, uuid, text, boolean, boolean, timestamptz) to waypost_app;

create or replace function identity_sweep(moment timestamptz) returns void language sql volatile security definer set search_path = public, pg_temp as $body$
        delete from sign_in_attempts where at < moment - interval '1 day';
        delete from auth_sessions where expires_at < moment - interval '30 days'
           or revoked_at < moment - interval '30 days';
        delete from sign_in_challenges where expires_at < moment;
        delete from provider_visits where expires_at < moment;
        delete from password_links where expires_at < moment - interval '30 days';
        delete from invitations where expires_at < moment - interval '30 days';
        delete from api_keys where expires_at < moment - interval '90 days';
         $body$;

grant select, insert, update, delete on invitations to waypost_owner;

revoke all on invitations from public, waypost_app, waypost_worker;

grant select, insert, update, delete on password_links to waypost_owner;

revoke all on password_links from public, waypost_app, waypost_worker;

create or replace function identity_invite(fresh uuid, org uuid, address text, as_role text, token bytea, by_person uuid, moment timestamptz, until timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        update invitations i set revoked_at = moment
        where i.org_id = org and org = app_org() and i.email = address and i.accepted_at is null and i.revoked_at is null;
        insert into invitations (id, org_id, email, role, token_hash, invited_by, created_at, expires_at)
        select fresh, org, address, as_role, token, by_person, moment, until where org = app_org()
        returning true;
         $body$;

alter function identity_invite(uuid, uuid, text, text, bytea, uuid, timestamptz, timestamptz) owner to waypost_owner;

revoke all on function identity_invite(uuid, uuid, text, text, bytea, uuid, timestamptz, timestamptz) from public;

grant execute on function identity_invite(uuid, uuid, text, text, bytea, uuid, timestamptz, timestamptz) to waypost_app;

create or replace function identity_invitations(org uuid) returns table (id uuid, email text, role text, created_at timestamptz, expires_at timestamptz) language sql stable security definer set search_path = public, pg_temp as $body$
        select i.id, i.email, i.role, i.created_at, i.expires_at from invitations i
        where i.org_id = org and org = app_org() and i.accepted_at is null and i.revoked_at is null order by i.created_at desc limit 200
         $body$;

alter function identity_invitations(uuid) owner to waypost_owner;

revoke all on function identity_invitations(uuid) from public;

grant execute on function identity_invitations(uuid) to waypost_app;

create or replace function identity_revoke_invitation(org uuid, invitation uuid, moment timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with revoked as (
          update invitations i set revoked_at = moment
          where i.id = invitation and i.org_id = org and org = app_org() and i.accepted_at is null and i.revoked_at is null returning 1)
        select exists (select from revoked)
         $body$;

alter function identity_revoke_invitation(uuid, uuid, timestamptz) owner to waypost_owner;

revoke all on function identity_revoke_invitation(uuid, uuid, timestamptz) from public;

grant execute on function identity_revoke_invitation(uuid, uuid, timestamptz) to waypost_app;

create or replace function identity_invitation(token bytea, moment timestamptz) returns table (id uuid, org_id uuid, org_name text, email text, role text, is_known boolean) language sql stable security definer set search_path = public, pg_temp as $body$
        select i.id, o.id, o.name, i.email, i.role, exists (
            select from people p where p.email = i.email and (p.password_hash is not null
              or exists (select from provider_logins l where l.person_id = p.id)
              or exists (select from memberships m where m.person_id = p.id and m.ended_at is null)))
        from invitations i join organizations o on o.id = i.org_id
        where i.token_hash = token and i.expires_at > moment and i.accepted_at is null and i.revoked_at is null
         $body$;

alter function identity_invitation(bytea, timestamptz) owner to waypost_owner;

revoke all on function identity_invitation(bytea, timestamptz) from public;

grant execute on function identity_invitation(bytea, timestamptz) to waypost_app;

create or replace function identity_invitation_for(address text, moment timestamptz) returns table (id uuid, org_id uuid, org_name text, email text, role text, is_known boolean) language sql stable security definer set search_path = public, pg_temp as $body$
        select i.id, o.id, o.name, i.email, i.role, false
        from invitations i join organizations o on o.id = i.org_id
        where i.email = address and i.expires_at > moment and i.role not in ('owner', 'admin') and i.accepted_at is null and i.revoked_at is null
        order by i.created_at limit 1
         $body$;

alter function identity_invitation_for(text, timestamptz) owner to waypost_owner;

revoke all on function identity_invitation_for(text, timestamptz) from public;

grant execute on function identity_invitation_for(text, timestamptz) to waypost_app;

create or replace function identity_accept_invitation(org uuid, invitation uuid, moment timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with accepted as (
          update invitations i set accepted_at = moment
          where i.id = invitation and i.org_id = org and org = app_org() and i.expires_at > moment and i.accepted_at is null and i.revoked_at is null
          returning 1)
        select exists (select from accepted)
         $body$;

alter function identity_accept_invitation(uuid, uuid, timestamptz) owner to waypost_owner;

revoke all on function identity_accept_invitation(uuid, uuid, timestamptz) from public;

grant execute on function identity_accept_invitation(uuid, uuid, timestamptz) to waypost_app;

create or replace function identity_make_password_link(fresh uuid, org uuid, person uuid, token bytea, by_mail boolean, moment timestamptz, until timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with made as (
          insert into password_links (id, person_id, org_id, token_hash, created_at, expires_at)
          select fresh, person, org, token, moment, until
          from memberships m join people p on p.id = m.person_id
          where m.org_id = org and org = app_org() and m.person_id = person and m.ended_at is null
            and not p.is_disabled and (by_mail or identity_is_ours_alone(org, person))
          returning 1),
        older as (
          update password_links l set used_at = moment
          where l.person_id = person and l.used_at is null and exists (select from made))
        select exists (select from made)
         $body$;

alter function identity_make_password_link(uuid, uuid, uuid, bytea, boolean, timestamptz, timestamptz) owner to waypost_owner;

revoke all on function identity_make_password_link(uuid, uuid, uuid, bytea, boolean, timestamptz, timestamptz) from public;

grant execute on function identity_make_password_link(uuid, uuid, uuid, bytea, boolean, timestamptz, timestamptz) to waypost_app;

create or replace function identity_password_link(token bytea, moment timestamptz) returns table (id uuid, person_id uuid, org_id uuid, email text) language sql stable security definer set search_path = public, pg_temp as $body$
        select l.id, l.person_id, l.org_id, p.email from password_links l join people p on p.id = l.person_id
        where l.token_hash = token and l.used_at is null and l.expires_at > moment and not p.is_disabled
         $body$;

alter function identity_password_link(bytea, timestamptz) owner to waypost_owner;

revoke all on function identity_password_link(bytea, timestamptz) from public;

grant execute on function identity_password_link(bytea, timestamptz) to waypost_app;

create or replace function identity_use_password_link(link uuid, moment timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with used as (
          update password_links set used_at = moment
          where id = link and used_at is null and expires_at > moment returning 1)
        select exists (select from used)
         $body$;

alter function identity_use_password_link(uuid, timestamptz) owner to waypost_owner;

revoke all on function identity_use_password_link(uuid, timestamptz) from public;

grant execute on function identity_use_password_link(uuid, timestamptz) to waypost_app;

grant select, insert, update, delete on second_factors to waypost_owner;

revoke all on second_factors from public, waypost_app, waypost_worker;

grant select, insert, update, delete on recovery_codes to waypost_owner;

revoke all on recovery_codes from public, waypost_app, waypost_worker;

grant select, insert, update, delete on sign_in_challenges to waypost_owner;

revoke all on sign_in_challenges from public, waypost_app, waypost_worker;

create or replace function identity_second_factor(person uuid) returns table (sealed_secret bytea, confirmed_at timestamptz, last_step bigint, codes_left bigint) language sql stable security definer set search_path = public, pg_temp as $body$
        select f.sealed_secret, f.confirmed_at, f.last_step,
          (select count(*) from recovery_codes c where c.person_id = person and c.used_at is null)
        from second_factors f where f.person_id = person
         $body$;

alter function identity_second_factor(uuid) owner to waypost_owner;

revoke all on function identity_second_factor(uuid) from public;

grant execute on function identity_second_factor(uuid) to waypost_app;

create or replace function identity_begin_second_factor(person uuid, sealed bytea, moment timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with begun as (
          insert into second_factors as f (person_id, sealed_secret, created_at) values (person, sealed, moment)
          on conflict (person_id) do update set sealed_secret = excluded.sealed_secret, created_at = moment
          where f.confirmed_at is null returning 1)
        select exists (select from begun)
         $body$;

alter function identity_begin_second_factor(uuid, bytea, timestamptz) owner to waypost_owner;

revoke all on function identity_begin_second_factor(uuid, bytea, timestamptz) from public;

grant execute on function identity_begin_second_factor(uuid, bytea, timestamptz) to waypost_app;

create or replace function identity_confirm_second_factor(person uuid, step bigint, moment timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with confirmed as (
          update second_factors set confirmed_at = moment, last_step = step
          where person_id = person and confirmed_at is null returning 1)
        select exists (select from confirmed)
         $body$;

alter function identity_confirm_second_factor(uuid, bigint, timestamptz) owner to waypost_owner;

revoke all on function identity_confirm_second_factor(uuid, bigint, timestamptz) from public;

grant execute on function identity_confirm_second_factor(uuid, bigint, timestamptz) to waypost_app;

create or replace function identity_spend_step(person uuid, step bigint) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with spent as (
          update second_factors set last_step = step
          where person_id = person and confirmed_at is not null and (last_step is null or last_step < step) returning 1)
        select exists (select from spent)
         $body$;

alter function identity_spend_step(uuid, bigint) owner to waypost_owner;

revoke all on function identity_spend_step(uuid, bigint) from public;

grant execute on function identity_spend_step(uuid, bigint) to waypost_app;

create or replace function identity_set_recovery_codes(person uuid, fresh uuid[], codes bytea[]) returns void language sql volatile security definer set search_path = public, pg_temp as $body$
        delete from recovery_codes where person_id = person;
        insert into recovery_codes (id, person_id, code_hash)
        select i, person, c from unnest(fresh, codes) as given (i, c);
         $body$;

alter function identity_set_recovery_codes(uuid, uuid[], bytea[]) owner to waypost_owner;

revoke all on function identity_set_recovery_codes(uuid, uuid[], bytea[]) from public;

grant execute on function identity_set_recovery_codes(uuid, uuid[], bytea[]) to waypost_app;

create or replace function identity_spend_recovery_code(person uuid, code bytea, moment timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with spent as (
          update recovery_codes set used_at = moment
          where person_id = person and code_hash = code and used_at is null
            and exists (select from second_factors f where f.person_id = person and f.confirmed_at is not null)
          returning 1)
        select exists (select from spent)
         $body$;

alter function identity_spend_recovery_code(uuid, bytea, timestamptz) owner to waypost_owner;

revoke all on function identity_spend_recovery_code(uuid, bytea, timestamptz) from public;

grant execute on function identity_spend_recovery_code(uuid, bytea, timestamptz) to waypost_app;

create or replace function identity_drop_second_factor(person uuid) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with codes as (delete from recovery_codes where person_id = person),
        dropped as (delete from second_factors where person_id = person returning 1)
        select exists (select from dropped)
         $body$;

alter function identity_drop_second_factor(uuid) owner to waypost_owner;

revoke all on function identity_drop_second_factor(uuid) from public;

grant execute on function identity_drop_second_factor(uuid) to waypost_app;

create or replace function identity_begin_challenge(fresh uuid, token bytea, person uuid, org uuid, new_hash text, first_factor text, moment timestamptz, until timestamptz) returns void language sql volatile security definer set search_path = public, pg_temp as $body$
        insert into sign_in_challenges (id, token_hash, person_id, org_id, password_hash, how, created_at, expires_at)
        values (fresh, token, person, org, new_hash, first_factor, moment, until)
         $body$;

alter function identity_begin_challenge(uuid, bytea, uuid, uuid, text, text, timestamptz, timestamptz) owner to waypost_owner;

revoke all on function identity_begin_challenge(uuid, bytea, uuid, uuid, text, text, timestamptz, timestamptz) from public;

grant execute on function identity_begin_challenge(uuid, bytea, uuid, uuid, text, text, timestamptz, timestamptz) to waypost_app;

create or replace function identity_challenge(token bytea, moment timestamptz) returns table (person_id uuid, org_id uuid, password_hash text, how text) language sql stable security definer set search_path = public, pg_temp as $body$
        select c.person_id, c.org_id, c.password_hash, c.how from sign_in_challenges c
        where c.token_hash = token and c.expires_at > moment
         $body$;

alter function identity_challenge(bytea, timestamptz) owner to waypost_owner;

revoke all on function identity_challenge(bytea, timestamptz) from public;

grant execute on function identity_challenge(bytea, timestamptz) to waypost_app;

create or replace function identity_end_challenge(token bytea) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with ended as (delete from sign_in_challenges where token_hash = token returning 1)
        select exists (select from ended)
         $body$;

alter function identity_end_challenge(bytea) owner to waypost_owner;

revoke all on function identity_end_challenge(bytea) from public;

grant execute on function identity_end_challenge(bytea) to waypost_app;

create or replace function identity_factors_here(org uuid) returns setof uuid language sql stable security definer set search_path = public, pg_temp as $body$
        select f.person_id from second_factors f join memberships m on m.person_id = f.person_id
        where m.org_id = org and org = app_org() and m.ended_at is null and f.confirmed_at is not null
         $body$;

alter function identity_factors_here(uuid) owner to waypost_owner;

revoke all on function identity_factors_here(uuid) from public;

grant execute on function identity_factors_here(uuid) to waypost_app;

grant select, insert, update, delete on provider_logins to waypost_owner;

revoke all on provider_logins from public, waypost_app, waypost_worker;

grant select, insert, update, delete on provider_visits to waypost_owner;

revoke all on provider_visits from public, waypost_app, waypost_worker;

create or replace function identity_begin_visit(fresh uuid, state bytea, onward text, moment timestamptz, until timestamptz) returns void language sql volatile security definer set search_path = public, pg_temp as $body$
        insert into provider_visits (id, state_hash, goes_on_to, created_at, expires_at)
        values (fresh, state, onward, moment, until)
         $body$;

alter function identity_begin_visit(uuid, bytea, text, timestamptz, timestamptz) owner to waypost_owner;

revoke all on function identity_begin_visit(uuid, bytea, text, timestamptz, timestamptz) from public;

grant execute on function identity_begin_visit(uuid, bytea, text, timestamptz, timestamptz) to waypost_app;

create or replace function identity_end_visit(state bytea, moment timestamptz) returns text language sql volatile security definer set search_path = public, pg_temp as $body$
        with ended as (delete from provider_visits where state_hash = state returning goes_on_to, expires_at)
        select goes_on_to from ended where expires_at > moment
         $body$;

alter function identity_end_visit(bytea, timestamptz) owner to waypost_owner;

revoke all on function identity_end_visit(bytea, timestamptz) from public;

grant execute on function identity_end_visit(bytea, timestamptz) to waypost_app;

create or replace function identity_provider_login(of_issuer text, of_subject text, moment timestamptz) returns uuid language sql volatile security definer set search_path = public, pg_temp as $body$
        update provider_logins set last_used_at = moment where issuer = of_issuer and subject = of_subject
        returning person_id
         $body$;

alter function identity_provider_login(text, text, timestamptz) owner to waypost_owner;

revoke all on function identity_provider_login(text, text, timestamptz) from public;

grant execute on function identity_provider_login(text, text, timestamptz) to waypost_app;

create or replace function identity_link_provider(fresh uuid, of_issuer text, of_subject text, person uuid, moment timestamptz) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with linked as (
          insert into provider_logins (id, issuer, subject, person_id, created_at, last_used_at)
          values (fresh, of_issuer, of_subject, person, moment, moment)
          on conflict do nothing returning 1),
        shut_out as (
          update people p set password_hash = null, password_is_for_once = false
          where p.id = person and exists (select from linked)
            and not exists (select from second_factors f where f.person_id = person and f.confirmed_at is not null)
          returning 1),
        closed as (
          update auth_sessions s set revoked_at = moment, revoked_reason = 'linked to a provider'
          where s.person_id = person and s.revoked_at is null and exists (select from shut_out)),
        revoked as (
          update api_keys k set revoked_at = moment
          where k.person_id = person and k.revoked_at is null and exists (select from shut_out))
        select exists (select from linked)
         $body$;

alter function identity_link_provider(uuid, text, text, uuid, timestamptz) owner to waypost_owner;

revoke all on function identity_link_provider(uuid, text, text, uuid, timestamptz) from public;

grant execute on function identity_link_provider(uuid, text, text, uuid, timestamptz) to waypost_app;

create or replace function identity_has_provider_login(person uuid) returns boolean language sql stable security definer set search_path = public, pg_temp as $body$ select exists (select from provider_logins l where l.person_id = person) $body$;

alter function identity_has_provider_login(uuid) owner to waypost_owner;

revoke all on function identity_has_provider_login(uuid) from public;

grant execute on function identity_has_provider_login(uuid) to waypost_app;

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
