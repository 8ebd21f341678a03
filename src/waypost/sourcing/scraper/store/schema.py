"""The tables of the scraper's file. Times are Unix seconds. Nothing secret ever stands in any of them."""

TASKS = """
create table tasks (
  id integer primary key autoincrement,
  run_id text not null,
  lease_token integer not null,
  state text not null check (state in ('queued', 'running', 'done')),
  outcome text,
  body text not null,
  request_id text not null,
  resume text,
  progress text not null default '{}',
  starts integer not null default 0,
  accepted_at real not null,
  started_at real,
  ended_at real
)
"""
LIVE = "create unique index tasks_live on tasks (run_id) where state <> 'done'"
BY_RUN = "create index tasks_by_run on tasks (run_id, id)"
DELIVERED = """
create table delivered (
  task integer not null references tasks (id) on delete cascade,
  key text not null,
  via text not null,
  primary key (task, key, via)
) without rowid
"""
SPOOL = """
create table spool (
  id integer primary key autoincrement,
  run_id text not null,
  event_id text not null,
  kind text not null check (kind in ('complete', 'ingest')),
  path text not null,
  request_id text not null,
  status_word text not null,
  task_run_id text not null default '',
  body blob not null,
  payload_hash text not null,
  trace_id text,
  task integer references tasks (id) on delete set null,
  attempts integer not null default 0,
  state text not null default 'waiting' check (state in ('waiting', 'claimed', 'dead', 'sent', 'discarded')),
  was text,
  class text check (class in ('transient', 'permanent')),
  last_status integer,
  reason text,
  created_at real not null,
  next_attempt_at real not null,
  resolved_at real,
  unique (run_id, event_id)
)
"""
WAITING = "create index spool_waiting on spool (run_id, id) where state in ('waiting', 'claimed')"
DEAD = "create index spool_dead on spool (id) where state = 'dead'"
RESOLVED = "create index spool_resolved on spool (resolved_at) where resolved_at is not null"
LINES = """
create table lines (
  task integer not null references tasks (id) on delete cascade,
  seq integer not null,
  at real not null,
  stage text not null,
  status text not null,
  code text not null,
  message text,
  meta text not null default '{}',
  is_told integer not null default 0,
  primary key (task, seq)
) without rowid
"""
SHELF = """
create table shelf (
  kind text not null,
  key text not null,
  value blob not null,
  until real not null,
  primary key (kind, key)
) without rowid
"""
REQUESTS = """
create table requests (
  task integer not null references tasks (id) on delete cascade,
  host text not null,
  untold integer not null,
  primary key (task, host)
) without rowid
"""
COUNTS = "create table counts (name text primary key, value integer not null) without rowid"

STEPS: tuple[tuple[str, ...], ...] = (
    (TASKS, LIVE, BY_RUN, DELIVERED, SPOOL, WAITING, DEAD, RESOLVED, LINES, SHELF, COUNTS),
    (REQUESTS,),
)
"""Each step leads from one version of the file to the next; a step that was shipped never changes."""
