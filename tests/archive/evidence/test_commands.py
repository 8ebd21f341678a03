"""`waypost archive log` as an operator uses it."""

import asyncio
import json
from pathlib import Path
from uuid import UUID

import pytest

from tests.cli.conftest import Named, Waypost, empty_database, migrated, named, waypost
from waypost.archive.evidence.actions import append_many
from waypost.platform.access import MACHINE
from waypost.platform.db import Shards, connect
from waypost.platform.jobs.actions import settle
from waypost.platform.work import Works

__all__ = ["empty_database", "migrated", "named", "waypost"]


def grown(database: Named, org: UUID, count: int) -> None:
    """Entries as the product writes them."""

    async def grow() -> None:
        shards = Shards(connect(database.app.replace("postgresql://", "postgresql+psycopg://"), pool=1))
        async with Works(shards, settle).open(org, MACHINE) as work:
            await append_many(work, [("release", {"number": number}) for number in range(count)])
        await shards.close()

    asyncio.run(grow())


@pytest.mark.turns("documents that run", 1)
def test_the_log_by_the_command_line(migrated: Named, waypost: Waypost, tmp_path: Path) -> None:
    waypost("org", "create", "Logged", "--owner", "owner@logged.example")
    org = migrated.ask("select id from organizations where name = 'Logged'")[0][0]
    assert waypost("archive", "log", "checkpoint", "--org", "Logged").out == "The log is empty.\n"
    grown(migrated, org, 3)
    note = waypost("archive", "log", "checkpoint", "--org", "Logged").out
    assert note.startswith(f"waypost/evidence/{org}\n3\n")
    assert [file.read_text() for file in (tmp_path / "data" / "checkpoints").rglob("*.checkpoint")] == [note]
    checked = waypost("archive", "log", "check", "--org", "Logged")
    assert (checked.code, checked.out.splitlines()[0]) == (0, "PASS")
    assert waypost("archive", "log", "keys", "--org", "Logged").out.startswith(f"waypost/evidence/{org}+")
    assert waypost("archive", "log", "proof", 2, "--org", "Logged", "--out", tmp_path / "proof.json").code == 0
    assert json.loads((tmp_path / "proof.json").read_text())["checkpoint"]["note"] == note
    assert waypost("archive", "log", "proof", 3, "--org", "Logged").code == 2
    migrated.do(f"update evidence_leaves set kind = 'hold' where org_id = '{org}' and position = 1")
    found = waypost("archive", "log", "check", "--org", "Logged", "--json")
    assert found.code == 1 and json.loads(found.out)["findings"] == [{"what": "leaf_changed", "where": "1"}]
    grown(migrated, org, 1)
    refused = waypost("archive", "log", "checkpoint", "--org", "Logged")
    assert refused.code == 1 and "found_changed" in refused.err
    begun = waypost("archive", "log", "checkpoint", "--org", "Logged", "--begin-anew")
    assert begun.code == 0 and "\n4\n" in begun.out
    acts = migrated.ask(f"select act from admin_audit_logs where org_id = '{org}' and act like 'evidence%'")
    assert acts == [("evidence.begun_anew",)]
