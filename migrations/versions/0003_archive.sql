CREATE TABLE archive_closings (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	kind TEXT NOT NULL,
	source TEXT NOT NULL,
	ref TEXT NOT NULL,
	number TEXT NOT NULL,
	closed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	exempt_because TEXT,
	noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_archive_closings PRIMARY KEY (org_id, id),
	CONSTRAINT uq_archive_closings_org_id_kind_source_ref_closed_at UNIQUE (org_id, kind, source, ref, closed_at)
);

CREATE INDEX archive_closings_by_day ON archive_closings (org_id, closed_at, id);

alter table archive_closings enable row level security;

alter table archive_closings force row level security;

create policy archive_closings_org_isolation on archive_closings using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_closings to waypost_app, waypost_worker;

grant select on archive_closings to waypost_backup;

CREATE TABLE archive_completeness (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	complete_until TIMESTAMP WITH TIME ZONE NOT NULL,
	seen UUID NOT NULL,
	unarchived BIGINT NOT NULL,
	oldest_at TIMESTAMP WITH TIME ZONE,
	looked_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_archive_completeness PRIMARY KEY (org_id, id),
	CONSTRAINT uq_archive_completeness_org_id UNIQUE (org_id)
);

alter table archive_completeness enable row level security;

alter table archive_completeness force row level security;

create policy archive_completeness_org_isolation on archive_completeness using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_completeness to waypost_app, waypost_worker;

grant select on archive_completeness to waypost_backup;

CREATE TABLE archive_exports (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	made_at TIMESTAMP WITH TIME ZONE NOT NULL,
	made_by UUID,
	state TEXT NOT NULL,
	asked JSONB NOT NULL,
	total BIGINT NOT NULL,
	frozen_at TIMESTAMP WITH TIME ZONE,
	done BIGINT NOT NULL,
	problems BIGINT NOT NULL,
	checkpoint_size BIGINT,
	indexed_at TIMESTAMP WITH TIME ZONE,
	size_bytes BIGINT NOT NULL,
	error TEXT,
	ended_at TIMESTAMP WITH TIME ZONE,
	expires_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_archive_exports PRIMARY KEY (org_id, id)
);

CREATE INDEX archive_exports_by_age ON archive_exports (org_id, made_at, id);

CREATE INDEX archive_exports_to_expire ON archive_exports (org_id, expires_at) WHERE expires_at is not null;

alter table archive_exports enable row level security;

alter table archive_exports force row level security;

create policy archive_exports_org_isolation on archive_exports using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_exports to waypost_app, waypost_worker;

grant select on archive_exports to waypost_backup;

CREATE TABLE archive_policies (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	kind TEXT NOT NULL,
	keeps TEXT NOT NULL,
	path TEXT NOT NULL,
	with_notes BOOLEAN NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_archive_policies PRIMARY KEY (org_id, id),
	CONSTRAINT uq_archive_policies_org_id_kind UNIQUE (org_id, kind)
);

alter table archive_policies enable row level security;

alter table archive_policies force row level security;

create policy archive_policies_org_isolation on archive_policies using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_policies to waypost_app, waypost_worker;

grant select on archive_policies to waypost_backup;

CREATE TABLE archive_records (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	origin_kind TEXT NOT NULL,
	source TEXT NOT NULL,
	ref TEXT NOT NULL,
	number TEXT NOT NULL,
	title TEXT NOT NULL,
	customer TEXT NOT NULL,
	customer_email TEXT NOT NULL,
	folder TEXT NOT NULL,
	needle TEXT NOT NULL,
	state TEXT NOT NULL,
	newest BIGINT NOT NULL,
	newest_id UUID,
	numbered BIGINT NOT NULL,
	level TEXT NOT NULL,
	size_bytes BIGINT NOT NULL,
	closed_at TIMESTAMP WITH TIME ZONE,
	made_at TIMESTAMP WITH TIME ZONE NOT NULL,
	kept_at TIMESTAMP WITH TIME ZONE,
	holds BIGINT NOT NULL,
	retain_until TIMESTAMP WITH TIME ZONE,
	verified_at TIMESTAMP WITH TIME ZONE,
	erased_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_archive_records PRIMARY KEY (org_id, id),
	CONSTRAINT uq_archive_records_org_id_origin_kind_source_ref UNIQUE (org_id, origin_kind, source, ref)
);

CREATE INDEX archive_records_by_customer ON archive_records (org_id, customer_email);

CREATE INDEX archive_records_by_level ON archive_records (org_id, level, kept_at, id) WHERE kept_at is not null;

CREATE INDEX archive_records_by_number ON archive_records (org_id, number);

CREATE INDEX archive_records_by_origin ON archive_records (org_id, origin_kind, kept_at, id) WHERE kept_at is not null;

CREATE INDEX archive_records_by_state ON archive_records (org_id, state, kept_at, id) WHERE kept_at is not null;

CREATE INDEX archive_records_damaged ON archive_records (org_id, id) WHERE state = 'damaged';

CREATE INDEX archive_records_held ON archive_records (org_id, kept_at, id) WHERE holds > 0;

CREATE INDEX archive_records_needle ON archive_records USING gin (org_id, needle gin_trgm_ops);

CREATE INDEX archive_records_newest ON archive_records (org_id, kept_at, id) WHERE kept_at is not null;

alter table archive_records enable row level security;

alter table archive_records force row level security;

create policy archive_records_org_isolation on archive_records using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_records to waypost_app, waypost_worker;

grant select on archive_records to waypost_backup;

create policy archive_records_searching on archive_records for select to waypost_search using (true);

grant select on archive_records to waypost_search;

CREATE TABLE archive_releases (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	kind TEXT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT NOT NULL,
	concerns TEXT,
	made_at TIMESTAMP WITH TIME ZONE NOT NULL,
	proposed_by UUID,
	proposed_at TIMESTAMP WITH TIME ZONE,
	decided_by UUID,
	decided_at TIMESTAMP WITH TIME ZONE,
	decided_because TEXT,
	log_position BIGINT,
	ended_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_archive_releases PRIMARY KEY (org_id, id),
	CONSTRAINT ck_archive_releases_two_people CHECK (state not in ('agreed', 'done') or decided_by <> proposed_by)
);

CREATE INDEX archive_releases_newest ON archive_releases (org_id, made_at, id);

CREATE UNIQUE INDEX archive_releases_one_listed ON archive_releases (org_id) WHERE state = 'listed';

alter table archive_releases enable row level security;

alter table archive_releases force row level security;

create policy archive_releases_org_isolation on archive_releases using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_releases to waypost_app, waypost_worker;

grant select on archive_releases to waypost_backup;

CREATE TABLE archive_requests (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	kind TEXT NOT NULL,
	source TEXT NOT NULL,
	ref TEXT NOT NULL,
	number TEXT NOT NULL,
	state TEXT NOT NULL,
	forced BOOLEAN NOT NULL,
	reason TEXT,
	asked_by UUID,
	wire_request_id TEXT,
	delivery_id TEXT,
	hints JSONB NOT NULL,
	again BOOLEAN NOT NULL,
	follows UUID,
	mark_id UUID,
	fence BIGINT NOT NULL,
	attempts BIGINT NOT NULL,
	tries BIGINT NOT NULL,
	replays BIGINT NOT NULL,
	next_run_at TIMESTAMP WITH TIME ZONE,
	begun_at TIMESTAMP WITH TIME ZONE,
	reading_at TIMESTAMP WITH TIME ZONE,
	"placing" JSONB,
	snapshot_key TEXT,
	snapshot_sha256 TEXT,
	content_sha256 TEXT,
	blobs JSONB NOT NULL,
	rendered JSONB NOT NULL,
	sealed JSONB NOT NULL,
	template_version TEXT,
	version_id UUID,
	record_id UUID,
	version_number BIGINT,
	stored JSONB,
	classification TEXT,
	error TEXT,
	error_code TEXT,
	error_hint TEXT,
	error_action TEXT,
	error_step TEXT,
	skipped_because TEXT,
	settle_due BOOLEAN NOT NULL,
	settle_error TEXT,
	settle_tries BIGINT NOT NULL,
	settled_at TIMESTAMP WITH TIME ZONE,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	kept_at TIMESTAMP WITH TIME ZONE,
	ended_at TIMESTAMP WITH TIME ZONE,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_archive_requests PRIMARY KEY (org_id, id)
);

CREATE INDEX archive_requests_by_number ON archive_requests (org_id, number, id);

CREATE INDEX archive_requests_by_state ON archive_requests (org_id, state, id);

CREATE INDEX archive_requests_going ON archive_requests (org_id, created_at) WHERE state not in ('archived', 'skipped', 'failed_transient', 'failed_permanent');

CREATE INDEX archive_requests_of_case ON archive_requests (org_id, kind, source, ref, id);

CREATE UNIQUE INDEX archive_requests_one_live ON archive_requests (org_id, kind, source, ref) WHERE state not in ('archived', 'skipped', 'failed_transient', 'failed_permanent');

CREATE INDEX archive_requests_told ON archive_requests (org_id, source, ended_at, id) WHERE ended_at is not null;

CREATE INDEX archive_requests_unsettled ON archive_requests (org_id, id) WHERE settle_due;

alter table archive_requests enable row level security;

alter table archive_requests force row level security;

create policy archive_requests_org_isolation on archive_requests using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_requests to waypost_app, waypost_worker;

grant select on archive_requests to waypost_backup;

CREATE TABLE archive_retention_classes (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	name TEXT NOT NULL,
	priority BIGINT NOT NULL,
	years BIGINT NOT NULL,
	days BIGINT NOT NULL,
	origin_kind TEXT,
	path_prefix TEXT,
	tag TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_archive_retention_classes PRIMARY KEY (org_id, id),
	CONSTRAINT uq_archive_retention_classes_org_id_name UNIQUE (org_id, name)
);

CREATE INDEX archive_retention_classes_in_order ON archive_retention_classes (org_id, priority, id);

alter table archive_retention_classes enable row level security;

alter table archive_retention_classes force row level security;

create policy archive_retention_classes_org_isolation on archive_retention_classes using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_retention_classes to waypost_app, waypost_worker;

grant select on archive_retention_classes to waypost_backup;

CREATE TABLE archive_sources (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	key TEXT NOT NULL,
	name TEXT NOT NULL,
	base_url TEXT NOT NULL,
	trust TEXT NOT NULL,
	sealed_token BYTEA NOT NULL,
	sealed_secret BYTEA,
	sealed_secret_before BYTEA,
	secret_rotated_at TIMESTAMP WITH TIME ZONE,
	timeout_seconds DOUBLE PRECISION NOT NULL,
	verify_tls BOOLEAN NOT NULL,
	ca_pem TEXT,
	field_path TEXT NOT NULL,
	field_user_mode TEXT NOT NULL,
	field_user TEXT NOT NULL,
	trigger_tag TEXT NOT NULL,
	require_tag BOOLEAN NOT NULL,
	acknowledge BOOLEAN NOT NULL,
	keep_files BOOLEAN NOT NULL,
	max_file_bytes BIGINT NOT NULL,
	max_total_bytes BIGINT NOT NULL,
	strict_files BOOLEAN NOT NULL,
	keep_raw BOOLEAN NOT NULL,
	keep_history BOOLEAN NOT NULL,
	paused_at TIMESTAMP WITH TIME ZONE,
	own_id TEXT,
	last_ok_at TIMESTAMP WITH TIME ZONE,
	trouble TEXT,
	last_error TEXT,
	closed_cursor TIMESTAMP WITH TIME ZONE,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_archive_sources PRIMARY KEY (org_id, id),
	CONSTRAINT uq_archive_sources_org_id_key UNIQUE (org_id, key)
);

alter table archive_sources enable row level security;

alter table archive_sources force row level security;

create policy archive_sources_org_isolation on archive_sources using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_sources to waypost_app, waypost_worker;

grant select on archive_sources to waypost_backup;

CREATE TABLE archive_statements (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	day DATE NOT NULL,
	revision BIGINT NOT NULL,
	count BIGINT NOT NULL,
	kept BIGINT NOT NULL,
	exempt BIGINT NOT NULL,
	gaps BIGINT NOT NULL,
	items TEXT NOT NULL,
	items_sha256 TEXT NOT NULL,
	replaces BIGINT,
	position BIGINT NOT NULL,
	made_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_archive_statements PRIMARY KEY (org_id, id),
	CONSTRAINT uq_archive_statements_org_id_day_revision UNIQUE (org_id, day, revision),
	CONSTRAINT uq_archive_statements_org_id_position UNIQUE (org_id, position)
);

alter table archive_statements enable row level security;

alter table archive_statements force row level security;

create policy archive_statements_org_isolation on archive_statements using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on archive_statements to waypost_app, waypost_worker;

grant select on archive_statements to waypost_backup;

CREATE TABLE evidence_checkpoints (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	size BIGINT NOT NULL,
	root BYTEA NOT NULL,
	note TEXT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_evidence_checkpoints PRIMARY KEY (org_id, id),
	CONSTRAINT uq_evidence_checkpoints_org_id_size UNIQUE (org_id, size)
);

CREATE INDEX evidence_checkpoints_by_time ON evidence_checkpoints (org_id, at, size);

alter table evidence_checkpoints enable row level security;

alter table evidence_checkpoints force row level security;

create policy evidence_checkpoints_org_isolation on evidence_checkpoints using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on evidence_checkpoints to waypost_app, waypost_worker;

grant select on evidence_checkpoints to waypost_backup;

CREATE TABLE evidence_leaves (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	position BIGINT NOT NULL,
	kind TEXT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	content JSONB NOT NULL,
	hash BYTEA NOT NULL,
	CONSTRAINT pk_evidence_leaves PRIMARY KEY (org_id, id),
	CONSTRAINT uq_evidence_leaves_org_id_position UNIQUE (org_id, position)
);

CREATE INDEX evidence_leaves_of_kind ON evidence_leaves (org_id, kind, position);

alter table evidence_leaves enable row level security;

alter table evidence_leaves force row level security;

create policy evidence_leaves_org_isolation on evidence_leaves using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on evidence_leaves to waypost_app, waypost_worker;

grant select on evidence_leaves to waypost_backup;

CREATE TABLE evidence_logs (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	size BIGINT NOT NULL,
	frontier BYTEA NOT NULL,
	grew_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_evidence_logs PRIMARY KEY (org_id, id),
	CONSTRAINT uq_evidence_logs_org_id UNIQUE (org_id)
);

alter table evidence_logs enable row level security;

alter table evidence_logs force row level security;

create policy evidence_logs_org_isolation on evidence_logs using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on evidence_logs to waypost_app, waypost_worker;

grant select on evidence_logs to waypost_backup;

CREATE TABLE evidence_nodes (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	level BIGINT NOT NULL,
	place BIGINT NOT NULL,
	hash BYTEA NOT NULL,
	CONSTRAINT pk_evidence_nodes PRIMARY KEY (org_id, id),
	CONSTRAINT uq_evidence_nodes_org_id_level_place UNIQUE (org_id, level, place)
);

alter table evidence_nodes enable row level security;

alter table evidence_nodes force row level security;

create policy evidence_nodes_org_isolation on evidence_nodes using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on evidence_nodes to waypost_app, waypost_worker;

grant select on evidence_nodes to waypost_backup;

CREATE TABLE evidence_time_proofs (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	size BIGINT NOT NULL,
	root BYTEA NOT NULL,
	token BYTEA NOT NULL,
	authority TEXT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_evidence_time_proofs PRIMARY KEY (org_id, id),
	CONSTRAINT uq_evidence_time_proofs_org_id_size UNIQUE (org_id, size)
);

alter table evidence_time_proofs enable row level security;

alter table evidence_time_proofs force row level security;

create policy evidence_time_proofs_org_isolation on evidence_time_proofs using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on evidence_time_proofs to waypost_app, waypost_worker;

grant select on evidence_time_proofs to waypost_backup;

CREATE TABLE evidence_watches (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	compared_at TIMESTAMP WITH TIME ZONE,
	doubt TEXT,
	doubt_since TIMESTAMP WITH TIME ZONE,
	walked_at TIMESTAMP WITH TIME ZONE,
	walked_size BIGINT NOT NULL,
	findings JSONB NOT NULL,
	accepted JSONB NOT NULL,
	findings_since TIMESTAMP WITH TIME ZONE,
	waiting_since TIMESTAMP WITH TIME ZONE,
	refusals BIGINT NOT NULL,
	refusal TEXT,
	ask_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_evidence_watches PRIMARY KEY (org_id, id),
	CONSTRAINT uq_evidence_watches_org_id UNIQUE (org_id)
);

alter table evidence_watches enable row level security;

alter table evidence_watches force row level security;

create policy evidence_watches_org_isolation on evidence_watches using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on evidence_watches to waypost_app, waypost_worker;

grant select on evidence_watches to waypost_backup;

CREATE TABLE archive_certificates (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	record_id UUID NOT NULL,
	release_id UUID NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	content JSONB NOT NULL,
	sha256 TEXT NOT NULL,
	log_position BIGINT NOT NULL,
	leaf TEXT NOT NULL,
	CONSTRAINT pk_archive_certificates PRIMARY KEY (org_id, id),
	CONSTRAINT fk_archive_certificates_org_id_record_id FOREIGN KEY(org_id, record_id) REFERENCES archive_records (org_id, id),
	CONSTRAINT fk_archive_certificates_org_id_release_id FOREIGN KEY(org_id, release_id) REFERENCES archive_releases (org_id, id)
);

CREATE INDEX archive_certificates_newest ON archive_certificates (org_id, at, id);

alter table archive_certificates enable row level security;

alter table archive_certificates force row level security;

create policy archive_certificates_org_isolation on archive_certificates using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert on archive_certificates to waypost_app, waypost_worker;

grant select on archive_certificates to waypost_backup;

CREATE TABLE archive_deliveries (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	source TEXT NOT NULL,
	delivery_id TEXT NOT NULL,
	body_sha256 BYTEA NOT NULL,
	outcome TEXT NOT NULL,
	request_id UUID,
	times BIGINT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_archive_deliveries PRIMARY KEY (org_id, id),
	CONSTRAINT uq_archive_deliveries_org_id_source_delivery_id UNIQUE (org_id, source, delivery_id),
	CONSTRAINT fk_archive_deliveries_org_id_request_id FOREIGN KEY(org_id, request_id) REFERENCES archive_requests (org_id, id)
);

CREATE INDEX archive_deliveries_by_age ON archive_deliveries (org_id, seen_at);

CREATE INDEX archive_deliveries_of_request ON archive_deliveries (org_id, request_id);

alter table archive_deliveries enable row level security;

alter table archive_deliveries force row level security;

create policy archive_deliveries_org_isolation on archive_deliveries using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_deliveries to waypost_app, waypost_worker;

grant select on archive_deliveries to waypost_backup;

CREATE TABLE archive_export_items (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	export_id UUID NOT NULL,
	ordinal BIGINT NOT NULL,
	record_id UUID NOT NULL,
	problems JSONB NOT NULL,
	CONSTRAINT pk_archive_export_items PRIMARY KEY (org_id, id),
	CONSTRAINT fk_archive_export_items_org_id_export_id FOREIGN KEY(org_id, export_id) REFERENCES archive_exports (org_id, id),
	CONSTRAINT uq_archive_export_items_org_id_export_id_ordinal UNIQUE (org_id, export_id, ordinal)
);

alter table archive_export_items enable row level security;

alter table archive_export_items force row level security;

create policy archive_export_items_org_isolation on archive_export_items using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_export_items to waypost_app, waypost_worker;

grant select on archive_export_items to waypost_backup;

CREATE TABLE archive_export_pieces (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	export_id UUID NOT NULL,
	ordinal BIGINT NOT NULL,
	storage_key TEXT NOT NULL,
	size BIGINT NOT NULL,
	entries JSONB NOT NULL,
	CONSTRAINT pk_archive_export_pieces PRIMARY KEY (org_id, id),
	CONSTRAINT fk_archive_export_pieces_org_id_export_id FOREIGN KEY(org_id, export_id) REFERENCES archive_exports (org_id, id),
	CONSTRAINT uq_archive_export_pieces_org_id_export_id_ordinal UNIQUE (org_id, export_id, ordinal)
);

alter table archive_export_pieces enable row level security;

alter table archive_export_pieces force row level security;

create policy archive_export_pieces_org_isolation on archive_export_pieces using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_export_pieces to waypost_app, waypost_worker;

grant select on archive_export_pieces to waypost_backup;

CREATE TABLE archive_holds (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	record_id UUID NOT NULL,
	reason TEXT NOT NULL,
	placed_by UUID,
	placed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	log_position BIGINT NOT NULL,
	lifted_by UUID,
	lifted_at TIMESTAMP WITH TIME ZONE,
	lifted_because TEXT,
	lifted_log_position BIGINT,
	CONSTRAINT pk_archive_holds PRIMARY KEY (org_id, id),
	CONSTRAINT fk_archive_holds_org_id_record_id FOREIGN KEY(org_id, record_id) REFERENCES archive_records (org_id, id)
);

CREATE INDEX archive_holds_of_record ON archive_holds (org_id, record_id, placed_at, id);

alter table archive_holds enable row level security;

alter table archive_holds force row level security;

create policy archive_holds_org_isolation on archive_holds using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_holds to waypost_app, waypost_worker;

grant select on archive_holds to waypost_backup;

CREATE TABLE archive_passages (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	source_id UUID NOT NULL,
	request_id UUID NOT NULL,
	ref TEXT NOT NULL,
	tags JSONB NOT NULL,
	passed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_archive_passages PRIMARY KEY (org_id, id),
	CONSTRAINT fk_archive_passages_org_id_source_id FOREIGN KEY(org_id, source_id) REFERENCES archive_sources (org_id, id) ON DELETE CASCADE,
	CONSTRAINT uq_archive_passages_org_id_request_id UNIQUE (org_id, request_id)
);

CREATE INDEX archive_passages_source ON archive_passages (org_id, source_id);

alter table archive_passages enable row level security;

alter table archive_passages force row level security;

create policy archive_passages_org_isolation on archive_passages using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_passages to waypost_app, waypost_worker;

grant select on archive_passages to waypost_backup;

CREATE TABLE archive_release_items (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	release_id UUID NOT NULL,
	record_id UUID NOT NULL,
	state TEXT NOT NULL,
	because TEXT,
	until TIMESTAMP WITH TIME ZONE,
	certificate_id UUID,
	ended_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_archive_release_items PRIMARY KEY (org_id, id),
	CONSTRAINT fk_archive_release_items_org_id_release_id FOREIGN KEY(org_id, release_id) REFERENCES archive_releases (org_id, id),
	CONSTRAINT fk_archive_release_items_org_id_record_id FOREIGN KEY(org_id, record_id) REFERENCES archive_records (org_id, id),
	CONSTRAINT uq_archive_release_items_org_id_release_id_record_id UNIQUE (org_id, release_id, record_id)
);

CREATE INDEX archive_release_items_of_record ON archive_release_items (org_id, record_id);

alter table archive_release_items enable row level security;

alter table archive_release_items force row level security;

create policy archive_release_items_org_isolation on archive_release_items using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_release_items to waypost_app, waypost_worker;

grant select on archive_release_items to waypost_backup;

CREATE TABLE archive_terms (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	record_id UUID NOT NULL,
	tags JSONB NOT NULL,
	class_id UUID,
	retain_until TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_archive_terms PRIMARY KEY (org_id, id),
	CONSTRAINT uq_archive_terms_org_id_record_id UNIQUE (org_id, record_id),
	CONSTRAINT fk_archive_terms_org_id_record_id FOREIGN KEY(org_id, record_id) REFERENCES archive_records (org_id, id),
	CONSTRAINT fk_archive_terms_org_id_class_id FOREIGN KEY(org_id, class_id) REFERENCES archive_retention_classes (org_id, id) ON DELETE SET NULL (class_id)
);

CREATE INDEX archive_terms_by_class ON archive_terms (org_id, class_id);

CREATE INDEX archive_terms_ending ON archive_terms (org_id, retain_until, record_id) WHERE retain_until is not null;

alter table archive_terms enable row level security;

alter table archive_terms force row level security;

create policy archive_terms_org_isolation on archive_terms using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_terms to waypost_app, waypost_worker;

grant select on archive_terms to waypost_backup;

CREATE TABLE archive_versions (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	record_id UUID NOT NULL,
	request_id UUID NOT NULL,
	kind TEXT NOT NULL,
	number BIGINT NOT NULL,
	predecessor_id UUID,
	state TEXT NOT NULL,
	level TEXT NOT NULL,
	wanted TEXT NOT NULL,
	level_reason TEXT,
	level_detail TEXT,
	signed_at TIMESTAMP WITH TIME ZONE,
	signer_fingerprint TEXT,
	signer_subject TEXT,
	tsa TEXT,
	timestamp_at TIMESTAMP WITH TIME ZONE,
	articles BIGINT NOT NULL,
	size_bytes BIGINT NOT NULL,
	sha256 TEXT NOT NULL,
	snapshot_sha256 TEXT,
	snapshot_key TEXT,
	blob_keys JSONB NOT NULL,
	template_version TEXT,
	manifest TEXT,
	manifest_sha256 TEXT NOT NULL,
	log_position BIGINT NOT NULL,
	leaf TEXT NOT NULL,
	folder TEXT NOT NULL,
	reserved_at TIMESTAMP WITH TIME ZONE NOT NULL,
	kept_at TIMESTAMP WITH TIME ZONE,
	locked_until TIMESTAMP WITH TIME ZONE,
	verified_at TIMESTAMP WITH TIME ZONE,
	looked_at TIMESTAMP WITH TIME ZONE,
	failed_checks JSONB NOT NULL,
	raise_at TIMESTAMP WITH TIME ZONE,
	raise_tries BIGINT NOT NULL,
	erased_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_archive_versions PRIMARY KEY (org_id, id),
	CONSTRAINT fk_archive_versions_org_id_record_id FOREIGN KEY(org_id, record_id) REFERENCES archive_records (org_id, id),
	CONSTRAINT uq_archive_versions_org_id_record_id_number UNIQUE (org_id, record_id, number),
	CONSTRAINT uq_archive_versions_org_id_request_id UNIQUE (org_id, request_id),
	CONSTRAINT uq_archive_versions_org_id_log_position UNIQUE (org_id, log_position)
);

CREATE INDEX archive_versions_damaged ON archive_versions (org_id, record_id) WHERE state = 'damaged';

CREATE INDEX archive_versions_low ON archive_versions (reserved_at) WHERE raise_at is not null and level not in ('B-LTA', 'B-B+DTS');

CREATE INDEX archive_versions_neglected ON archive_versions (looked_at) WHERE looked_at is not null and erased_at is null;

CREATE INDEX archive_versions_to_check ON archive_versions (org_id, looked_at, id) WHERE looked_at is not null and erased_at is null;

CREATE INDEX archive_versions_to_raise ON archive_versions (org_id, raise_at, id) WHERE raise_at is not null;

alter table archive_versions enable row level security;

alter table archive_versions force row level security;

create policy archive_versions_org_isolation on archive_versions using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_versions to waypost_app, waypost_worker;

grant select on archive_versions to waypost_backup;

CREATE TABLE inbound_sources (
	key TEXT NOT NULL,
	org_id UUID NOT NULL,
	kind TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_inbound_sources PRIMARY KEY (key),
	CONSTRAINT fk_inbound_sources_org_id FOREIGN KEY(org_id) REFERENCES organizations (id)
);

CREATE INDEX inbound_sources_org ON inbound_sources (org_id);

grant select on inbound_sources to waypost_backup;

CREATE TABLE archive_files (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	version_id UUID NOT NULL,
	ordinal BIGINT NOT NULL,
	role TEXT NOT NULL,
	name TEXT NOT NULL,
	label TEXT NOT NULL,
	path TEXT,
	sha256 TEXT NOT NULL,
	size BIGINT,
	CONSTRAINT pk_archive_files PRIMARY KEY (org_id, id),
	CONSTRAINT fk_archive_files_org_id_version_id FOREIGN KEY(org_id, version_id) REFERENCES archive_versions (org_id, id),
	CONSTRAINT uq_archive_files_org_id_version_id_ordinal UNIQUE (org_id, version_id, ordinal)
);

alter table archive_files enable row level security;

alter table archive_files force row level security;

create policy archive_files_org_isolation on archive_files using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_files to waypost_app, waypost_worker;

grant select on archive_files to waypost_backup;

CREATE TABLE archive_verifications (
	org_id UUID NOT NULL,
	id UUID NOT NULL,
	version_id UUID NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	ok BOOLEAN NOT NULL,
	checks JSONB NOT NULL,
	scheduled BOOLEAN NOT NULL,
	person_id UUID,
	CONSTRAINT pk_archive_verifications PRIMARY KEY (org_id, id),
	CONSTRAINT fk_archive_verifications_org_id_version_id FOREIGN KEY(org_id, version_id) REFERENCES archive_versions (org_id, id)
);

CREATE INDEX archive_verifications_newest ON archive_verifications (org_id, version_id, at, id);

alter table archive_verifications enable row level security;

alter table archive_verifications force row level security;

create policy archive_verifications_org_isolation on archive_verifications using (org_id = (select app_org())) with check (org_id = (select app_org()));

grant select, insert, update, delete on archive_verifications to waypost_app, waypost_worker;

grant select on archive_verifications to waypost_backup;

grant select (doubt, findings, accepted, waiting_since, compared_at) on evidence_watches to waypost_owner;

grant select (unarchived, oldest_at) on archive_completeness to waypost_owner;

grant select (state) on archive_records to waypost_owner;

grant select (level, raise_at, reserved_at, looked_at, erased_at) on archive_versions to waypost_owner;

create or replace function installation_archive_figures(moment timestamptz) returns table (doubtful bigint, changed bigint, waiting double precision, compared double precision, unarchived bigint, oldest double precision, damaged bigint, low bigint, neglected double precision) language sql stable security definer set search_path = public, pg_temp as $body$
    select count(*) filter (where doubt is not null),
      count(*) filter (where findings <> '[]'::jsonb and findings <> accepted),
      extract(epoch from moment - min(waiting_since))::float8,
      extract(epoch from moment - min(compared_at))::float8,
      (select coalesce(sum(unarchived), 0)::bigint from archive_completeness),
      (select extract(epoch from moment - min(oldest_at))::float8 from archive_completeness),
      (select count(*) from archive_records where state = 'damaged'),
      (select count(*) from archive_versions where raise_at is not null and level not in ('B-LTA', 'B-B+DTS')
        and reserved_at < moment - interval '24 hours'),
      (select extract(epoch from moment - min(looked_at))::float8 from archive_versions
        where looked_at is not null and erased_at is null)
    from evidence_watches
     $body$;

alter function installation_archive_figures(timestamptz) owner to waypost_owner;

revoke all on function installation_archive_figures(timestamptz) from public;

grant execute on function installation_archive_figures(timestamptz) to waypost_app;

create or replace function search_archive(pattern text)
returns table (record_id uuid) language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
set enable_seqscan = off set max_parallel_workers_per_gather = 0 as $$
declare o uuid := app_org();
begin
  if o is null then raise exception 'no organisation' using errcode = '42501'; end if;
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

grant /* for search_archive */ create on schema public to waypost_search;

alter function search_archive(text) owner to waypost_search;

revoke /* after search_archive */ create on schema public from waypost_search;

revoke all on function search_archive(text) from public;

grant execute on function search_archive(text) to waypost_app, waypost_worker;

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
end $$;

grant select, update on rearranged_rows, rearrangements, collision_rows, collision_rulings to waypost_owner;

alter function forget_rearranged(uuid, uuid[]) owner to waypost_owner;

revoke all on function forget_rearranged(uuid, uuid[]) from public;

grant execute on function forget_rearranged(uuid, uuid[]) to waypost_app, waypost_worker;

grant select, insert, update, delete on inbound_sources to waypost_owner;

revoke all on inbound_sources from public, waypost_app, waypost_worker;

create or replace function identity_inbound_source(wanted text) returns uuid language sql stable security definer set search_path = public, pg_temp as $body$ select org_id from inbound_sources where key = wanted $body$;

alter function identity_inbound_source(text) owner to waypost_owner;

revoke all on function identity_inbound_source(text) from public;

grant execute on function identity_inbound_source(text) to waypost_app;

create or replace function identity_take_source_key(wanted text, org uuid, of_kind text, moment timestamptz, by_operator boolean) returns boolean language sql volatile security definer set search_path = public, pg_temp as $body$
        with taken as (
          insert into inbound_sources (key, org_id, kind, created_at)
          select wanted, org, of_kind, moment where org = app_org()
          on conflict (key) do update set org_id = excluded.org_id
          where by_operator or inbound_sources.org_id = excluded.org_id
          returning 1)
        select exists (select from taken)
         $body$;

alter function identity_take_source_key(text, uuid, text, timestamptz, boolean) owner to waypost_owner;

revoke all on function identity_take_source_key(text, uuid, text, timestamptz, boolean) from public;

grant execute on function identity_take_source_key(text, uuid, text, timestamptz, boolean) to waypost_app;
