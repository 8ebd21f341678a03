"""The queue by the command line: dead letters are seen and tried again."""

import json

from tests.cli.conftest import Named, Waypost

DEAD = """
insert into jobs (org_id, id, type, queue, status, priority, run_at, attempts, max_attempts, replays, last_error,
  payload, created_at, updated_at)
select id, gen_random_uuid(), 'occurrence_parse', 'other', 'dead', 0, now(), 25, 25, 0, 'BlobMissing: gone', '{}',
  now(), now()
from organizations where name = 'Queue'
"""


def test_dead_letters(migrated: Named, waypost: Waypost) -> None:
    waypost("org", "create", "Queue", "--owner", "owner@queue.example")
    waypost("org", "create", "Another Queue", "--owner", "owner@queue.example")
    migrated.do(DEAD)
    (dead,) = json.loads(waypost("jobs", "dead", "--org", "Queue", "--json").out)
    assert (dead["type"], dead["last_error"]) == ("occurrence_parse", "BlobMissing: gone")
    assert {"queue": "other", "status": "dead", "count": 1} in json.loads(waypost("jobs", "list", "--json").out)
    shown = waypost("jobs", "show", dead["id"], "--org", "Queue")
    assert "max_attempts 25" in shown.out
    assert waypost("jobs", "show", dead["id"], "--org", "Another Queue").code == 2
    assert waypost("jobs", "replay", dead["id"], "--org", "Queue").code == 0
    assert waypost("jobs", "dead", "--org", "Queue").out == "There are no dead letters.\n"
    assert waypost("jobs", "replay", dead["id"], "--org", "Queue").code == 2


def test_a_queue_is_paused_and_goes_on(migrated: Named, waypost: Waypost) -> None:
    waypost("org", "create", "Pausing", "--owner", "owner@pausing.example")
    assert waypost("jobs", "pause", "mail", "--org", "Pausing").out == "The queue mail rests; its jobs wait.\n"
    assert migrated.ask("select paused from queue_controls where queue = 'mail'") == [(True,)]
    assert waypost("jobs", "resume", "mail", "--org", "Pausing").code == 0
    assert migrated.ask("select paused from queue_controls where queue = 'mail'") == [(False,)]
    acts = "select act from admin_audit_logs where act like 'jobs.queue%' order by at"
    assert migrated.ask(acts) == [("jobs.queue_paused",), ("jobs.queue_resumed",)]
    assert waypost("jobs", "pause", "nowhere", "--org", "Pausing").code == 2
