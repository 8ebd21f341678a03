"""Organisations by the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Named, Waypost
from waypost.cli import removing
from waypost.platform.schema.security import is_tenant
from waypost.tables import everything


def test_make_one_and_list_it(migrated: Named, waypost: Waypost) -> None:
    made = json.loads(
        waypost("org", "create", "Org One", "--owner", "One@Org.example", "--zone", "Europe/Berlin", "--json").out
    )
    assert len(made["one_time_password"]) == 16
    listed = json.loads(waypost("org", "list", "--json").out)
    assert {"id": made["id"], "name": "Org One", "zone": "Europe/Berlin"} in listed


def test_an_owner_with_a_password_keeps_it(migrated: Named, waypost: Waypost) -> None:
    waypost("org", "create", "Org Two", "--owner", "two@org.example")
    again = waypost("org", "create", "Org Three", "--owner", "two@org.example")
    assert again.out.rstrip().endswith("two@org.example signs in with the password they have.")


def test_refusals(migrated: Named, waypost: Waypost) -> None:
    assert waypost("org", "create", "Org Four", "--owner", "four@org.example").code == 0
    twice = waypost("org", "create", "Org Four", "--owner", "four@org.example")
    assert (twice.code, twice.err) == (2, "There is an organisation called Org Four already.\n")
    nowhere = waypost("org", "create", "Org Five", "--owner", "five@org.example", "--zone", "Mars/Olympus")
    assert (nowhere.code, nowhere.err.count("\n")) == (2, 1)
    nobody = waypost("jobs", "dead", "--org", "Org Six")
    assert (nobody.code, nobody.err) == (
        2,
        "There is no organisation called Org Six; waypost org list shows all.\n",
    )


MAIL = (
    "From: anna@client.example\r\nTo: support@gone.example\r\nSubject: Cold\r\nMessage-ID: <{0}@x>\r\n\r\nText {0}.\r\n"
)


@pytest.fixture
def doomed(migrated: Named, waypost: Waypost, tmp_path: Path) -> tuple[str, str, str]:
    """Ids of two organisations with the same person and mail of their own; the first is to go, by its name."""
    made = []
    for name in (f"Gone {tmp_path.name}", f"Stays {tmp_path.name}"):
        found = waypost("org", "create", name, "--owner", "both@org.example", "--json").out
        letter = tmp_path / f"{name}.eml"
        letter.write_text(MAIL.format(name[0]))
        assert waypost("import", letter, "--org", name, "--inbox", "support@gone.example").code == 0
        made.append(str(json.loads(found)["id"]))
    only = f"insert into people (id, email, created_at) values (gen_random_uuid(), '{made[0]}@alone.example', now())"
    migrated.do(
        only,
        "insert into memberships (org_id, person_id, role, created_at)"
        f" select '{made[0]}', id, 'agent', now() from people where email = '{made[0]}@alone.example'",
    )
    return made[0], made[1], f"Gone {tmp_path.name}"


def rows_of(database: Named, org: str) -> dict[str, int]:
    """How many rows each tenant's table has of it, where it has any."""
    tables = [table.name for table in everything().sorted_tables if is_tenant(table)]
    asked = " union all ".join(f"select '{name}', count(*) from {name} where org_id = '{org}'" for name in tables)
    return {name: count for name, count in database.ask(asked) if count}


def test_an_organisation_is_removed_with_everything_in_two_steps(
    migrated: Named, waypost: Waypost, doomed: tuple[str, str, str], tmp_path: Path
) -> None:
    gone, stays, name = doomed
    before, folder = rows_of(migrated, stays), tmp_path / "data" / "blobs"
    looked = json.loads(waypost("org", "remove", name, "--json").out)
    assert looked["id"] == gone and looked["blobs"] == 1 and looked["rows"] == sum(rows_of(migrated, gone).values()) > 0
    assert list((folder / gone).rglob("*.eml"))
    wrong = waypost("org", "remove", name, "--typed", name.lower())
    assert (wrong.code, wrong.err) == (2, "What was typed is not the organisation's name.\n")
    assert rows_of(migrated, gone)
    told = json.loads(waypost("org", "remove", name, "--typed", name, "--json").out)
    assert told["blobs"] == 1 and told["people"] == 1 and told["rows"] == looked["rows"]
    assert rows_of(migrated, gone) == {} and not (folder / gone).exists()
    assert rows_of(migrated, stays) == before and list((folder / stays).rglob("*.eml"))
    assert migrated.ask("select email from people where email like '%@alone.example'") == []
    assert migrated.ask("select 1 from people where email = 'both@org.example'") == [(1,)]
    assert waypost("org", "remove", name).code == 2, "there is none of that name"
    (kept,) = [one for one in json.loads(waypost("org", "removals", "--json").out) if one["id"] == gone]
    assert kept["ended_at"] and kept["gone"]["rows"] == told["rows"]


def test_what_forbids_removing(migrated: Named, waypost: Waypost, doomed: tuple[str, str, str]) -> None:
    gone, _, name = doomed
    record = (
        "insert into archive_records (org_id, id, origin_kind, source, ref, number, title, customer, customer_email,"
        " folder, needle, state, newest, numbered, level, size_bytes, made_at, kept_at, holds)"
        f" values ('{gone}', gen_random_uuid(), 'ticket', '', 'r', '1', 't', '', '', '', '', 'kept', 1, 1, 'none', 0,"
        " now(), now(), 1)"
    )
    migrated.do(record)
    held = waypost("org", "remove", name, "--typed", name, "--with-records")
    assert (held.code, "legal hold" in held.err) == (2, True)
    migrated.do(f"update archive_records set holds = 0 where org_id = '{gone}'")
    kept = waypost("org", "remove", name, "--typed", name)
    assert (kept.code, "--with-records" in kept.err) == (2, True)
    migrated.do(f"update archive_records set retain_until = now() + interval '1 day' where org_id = '{gone}'")
    runs = waypost("org", "remove", name, "--typed", name, "--with-records")
    assert (runs.code, "retention" in runs.err) == (2, True)
    migrated.do(f"update archive_records set retain_until = null where org_id = '{gone}'")
    assert waypost("org", "remove", name, "--typed", name, "--with-records").code == 0


def test_a_removal_that_broke_off_goes_on(
    migrated: Named, waypost: Waypost, doomed: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, stays, name = doomed
    migrated.do(
        "insert into jobs (org_id, id, type, queue, status, priority, run_at, attempts, max_attempts, replays, payload,"
        f" created_at, updated_at) values ('{gone}', gen_random_uuid(), 'x', 'mail', 'running', 0, now(), 1, 3, 0,"
        " '{}', now(), now())"
    )
    monkeypatch.setattr(removing, "PATIENCE_SECONDS", 1)
    assert waypost("org", "remove", name, "--typed", name).code == 2
    clocks = [str(org) for (org,) in migrated.ask("select * from identity_organization_ids()")]
    assert stays in clocks and gone not in clocks, "no clock ticks for it any more"
    assert migrated.ask(f"select count(*) from memberships where org_id = '{gone}' and ended_at is null") == [(0,)]
    migrated.do(f"delete from jobs where org_id = '{gone}'")
    assert waypost("org", "remove", gone, "--typed", name).code == 0
    assert rows_of(migrated, gone) == {}


def test_note_a_backup(migrated: Named, waypost: Waypost) -> None:
    migrated.do("delete from safekeepings")
    assert waypost("note", "backup").out == "Noted: backup.\n"
    assert migrated.ask("select kind from safekeepings") == [("backup",)]
    assert waypost("note", "lunch").code == 2
