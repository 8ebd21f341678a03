"""Mail through the real queue: batches, child processes, faults that stay with the mail that brought them."""

from pathlib import Path

import psycopg
import pytest

from tests.ticketing.desk import mail
from tests.ticketing.intake import faulty
from tests.ticketing.intake.conftest import MailRoom
from waypost.platform.ids import new_id
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.folder import FolderStore
from waypost.ticketing.intake import jobs
from waypost.ticketing.intake.queries import Unread

pytestmark = pytest.mark.anyio


async def test_from_bytes_to_a_routed_ticket(room: MailRoom) -> None:
    await room.desk.receive([mail("1"), mail("2", refs=("1",)), mail("1"), b""])
    await room.work_off()
    copies = list((await room.copies()).values())
    assert [copy.state for copy in copies] == ["routed", "routed", "routed", "failed"]
    assert len({copy.ticket_id for copy in copies[:3]}) == 1 and copies[3].ticket_id is None
    assert [copy.is_duplicate for copy in copies] == [False, False, True, False]
    assert {status for (status,) in await room.jobs("status")} == {"succeeded"}
    assert {kind for (kind,) in await room.jobs("type")} >= {"occurrence_parse", "occurrence_stitch"}


async def test_a_mail_that_breaks_its_child_is_put_aside_alone(room: MailRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "read_many", faulty.read_many)
    await room.desk.receive([mail("1"), mail("bad", headers=faulty.FATAL), mail("2")])
    await room.work_off()
    assert await room.states() == ["routed", "failed", "routed"]
    copy = list((await room.copies()).values())[1]
    assert copy.parse_error is not None and copy.parse_error.startswith("Reading it took more than one mail may cost")
    assert {status for (status,) in await room.jobs("status")} == {"succeeded"}


async def test_a_store_that_is_away_delays_and_fails_nothing(room: MailRoom, tmp_path: Path) -> None:
    await room.desk.receive([mail("1"), mail("2")])
    broken = tmp_path / "no-folder"
    broken.write_text("a file where the folder should be")
    for attempt in (1, 2):
        await room.work_off(blobs=Blobs(FolderStore(broken)), hours=2)
        assert await room.states() == ["raw_fetched"] * 2
        assert await room.jobs("status, attempts") == [("queued", attempt)] * 2
    await room.work_off(hours=2)
    assert await room.states() == ["routed"] * 2


async def test_bytes_that_are_gone_end_as_a_dead_letter_alone(room: MailRoom, tmp_path: Path) -> None:
    await room.desk.receive([mail("1"), mail("gone"), mail("2")])
    lose(tmp_path, b"<gone@")
    await room.work_off()
    assert await room.states() == ["routed", "raw_fetched", "routed"]
    dead = [row for row in await room.jobs("type, status, last_error") if row[1] != "succeeded"]
    assert [row[:2] for row in dead] == [("occurrence_parse", "dead")] and "missing" in dead[0][2]


def lose(folder: Path, word: bytes) -> None:
    """The one stored mail with this word in it is no more."""
    (stored,) = [path for path in folder.rglob("*.eml") if word in path.read_bytes()]
    stored.unlink()


async def test_a_database_error_in_stitching_ends_as_a_dead_letter_not_as_a_loop(
    room: MailRoom, owner: "psycopg.AsyncConnection[tuple[object, ...]]"
) -> None:
    poison = f"poison {new_id()}"
    await owner.execute(f"alter table tickets add constraint poison check (subject <> '{poison}') not valid")
    try:
        await room.desk.receive([mail("1"), mail("2", subject=poison), mail("3")])
        await room.work_off()
        assert await room.states() == ["routed", "parsed", "routed"]
        assert (await stitching(room))[:2] == ("queued", 1)
        async with room.engine.connect() as connection:
            await connection.exec_driver_sql("update jobs set max_attempts = 3")
        for _ in range(3):
            await room.work_off(hours=2)
    finally:
        await owner.execute("alter table tickets drop constraint poison")
    status, counted, error = await stitching(room)
    assert (status, counted) == ("dead", 3)
    assert poison not in error and "anna@" not in error
    await room.desk.receive([mail("4")])
    await room.work_off()
    assert (await room.states())[-1] == "routed"


async def stitching(room: MailRoom) -> tuple[str, int, str]:
    """The one stitching job that did not succeed."""
    rows = await room.jobs("status, attempts, last_error, type")
    ((status, attempts, error, kind),) = [row for row in rows if row[0] != "succeeded"]
    assert kind == "occurrence_stitch"
    return status, attempts, error


async def test_working_twice_changes_nothing(room: MailRoom) -> None:
    await room.desk.receive([mail("1"), mail("2", refs=("1",))])
    await room.work_off()
    before = {name: copy.updated_at for name, copy in (await room.copies()).items()}
    async with room.engine.connect() as connection:
        await connection.exec_driver_sql("update jobs set status = 'queued', attempts = 0 where queue = 'mail'")
    await room.work_off(hours=1)
    assert {name: copy.updated_at for name, copy in (await room.copies()).items()} == before
    assert {status for (status,) in await room.jobs("status")} == {"succeeded"}


def test_a_crowd_of_large_mails_is_read_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BYTES_AT_ONCE", 10)
    waiting = [Unread(new_id(), "key", size) for size in (4, 4, 4, 20, 1, 9, 1)]
    groups = [[one.size for one in group] for group in jobs.chunks(waiting)]
    assert groups == [[4, 4], [4], [20], [1, 9], [1]]
    assert list(jobs.chunks([])) == []
