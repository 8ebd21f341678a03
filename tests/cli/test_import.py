"""Import by the command line: counts that add up, nothing twice, dead jobs told."""

import json
from pathlib import Path
from uuid import UUID

from tests.cli.conftest import Named, Waypost
from tests.ticketing.reading.letters import letter
from waypost.cli.import_counts import Become, became
from waypost.cli.opening import in_house
from waypost.cli.organisations import organisation_of
from waypost.main.house import House
from waypost.platform.access import MACHINE

FIGURES = (
    *("files", "occurrences", "messages", "duplicates", "tickets", "quarantined", "already", "skipped"),
    "seconds",
)


def mails(folder: Path) -> Path:
    """Two conversations, one copy of the first, one file that is no mail, one that cannot be read."""
    folder.mkdir()
    first = letter(b"Hello.", subject="First", message_id="<1@lee.example>")
    for name, content in {
        "1.eml": first,
        "2.eml": letter(b"Good morning.", subject="Second", message_id="<2@lee.example>"),
        "3.eml": first,
        "4.eml": b"",
        "5.txt": b"just notes\n",
    }.items():
        (folder / name).write_bytes(content)
    return folder


def test_import_twice(migrated: Named, waypost: Waypost, tmp_path: Path) -> None:
    waypost("org", "create", "Import", "--owner", "owner@import.example")
    command = ("import", mails(tmp_path / "mails"), "--org", "Import", "--inbox", "desk@import.example", "--wait")
    once = waypost(*command)
    seen = json.loads(once.out)
    assert (once.code, tuple(seen)) == (0, FIGURES)
    assert {name: seen[name] for name in FIGURES[:-1]} == {
        **{"files": 5, "occurrences": 4, "messages": 2, "duplicates": 1},
        **{"tickets": 2, "quarantined": 1, "already": 0, "skipped": 1},
    }
    assert once.err == f"Skipped: {tmp_path}/mails/5.txt (not a mail)\n"
    again = json.loads(waypost(*command).out)
    assert (again["occurrences"], again["already"], again["messages"]) == (0, 4, 0)


def test_nothing_there(migrated: Named, waypost: Waypost, tmp_path: Path) -> None:
    waypost("org", "create", "Import Nothing", "--owner", "owner@import.example")
    ran = waypost("import", tmp_path / "no-such.mbox", "--org", "Import Nothing")
    assert (ran.code, ran.err) == (2, f"There is no {tmp_path}/no-such.mbox.\n")


def test_mail_whose_job_was_given_up_is_not_waited_for(migrated: Named, waypost: Waypost, tmp_path: Path) -> None:
    waypost("org", "create", "Import Dead", "--owner", "owner@import.example")
    assert waypost("import", mails(tmp_path / "mails"), "--org", "Import Dead").out.startswith("4 mails are here")
    migrated.do("update jobs set status = 'dead' where type = 'occurrence_parse' and status = 'queued'")

    async def seen(house: House) -> Become:
        async with house.works.open(await organisation_of(house, "Import Dead"), MACHINE, reads=True) as work:
            return await became(work.db, UUID(int=0))

    found = in_house(None, seen)
    assert (found.waiting, found.dead, found.tickets) == (4, 4, 0)
