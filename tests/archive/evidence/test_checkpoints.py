"""Checkpoints: signed, outside first, never over a log that is not the one that the outside saw."""

from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.archive.evidence.logbook import SEEDS, START, Clock, Logbook, Owner
from waypost.archive.evidence import queries
from waypost.archive.evidence.comparing import Doubt
from waypost.archive.evidence.entries import log_name
from waypost.archive.evidence.notes import NotACheckpoint, Notary
from waypost.archive.evidence.outside_folder import FolderOutside

pytestmark = pytest.mark.anyio


async def test_nothing_is_signed_before_the_first_entry(acme: Logbook) -> None:
    assert (await acme.checkpoint()).state == "empty"
    assert not acme.folder.exists()


async def test_a_grown_log_is_signed_once_and_stands_outside_and_inside(acme: Logbook, clock: Clock) -> None:
    await acme.grow(3)
    signed = await acme.checkpoint()
    clock.pass_(minutes=1)
    again = await acme.checkpoint()
    assert (signed.state, signed.size, again.state) == ("signed", 3, "unchanged")
    file = FolderOutside(acme.folder).place(acme.org, 3)
    assert file.stat().st_mode & 0o777 == 0o440
    async with acme.work() as work:
        row = await queries.checkpoint(work.db)
    assert row is not None and row.note == file.read_text() == (signed.signed and signed.signed.note)
    assert row.at == START.replace(microsecond=0)


async def test_anybody_can_verify_a_note_by_its_published_key(acme: Logbook) -> None:
    await acme.grow(2)
    signed = (await acme.checkpoint()).signed
    assert signed is not None
    name, id_, key = acme.keeper.notary.keys(log_name(acme.org))[0].split("+", 2)
    text, _, line = signed.note.partition("\n\n")
    assert line.startswith(f"— {name} ")
    raw, public = b64decode(line.split()[2]), b64decode(key)[1:]
    assert raw[:4].hex() == id_ == sha256(name.encode() + b"\n\x01" + public).hexdigest()[:8]
    Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], f"{text}\n".encode())
    assert text.split("\n")[:2] == [log_name(acme.org), "2"]


async def test_a_note_of_another_log_or_key_is_none_of_ours(acme: Logbook, globex: Logbook) -> None:
    await acme.grow(1)
    signed = (await acme.checkpoint()).signed
    assert signed is not None
    with pytest.raises(NotACheckpoint):
        Notary(SEEDS).read(signed.note, log_name(globex.org))
    with pytest.raises(NotACheckpoint):
        Notary((bytes(32),)).read(signed.note, log_name(acme.org))
    for torn in (
        "",
        "nothing",
        signed.note.replace("\n1\n", "\n2\n"),
        signed.note[:-20],
        signed.note.replace("=", "!"),
    ):
        with pytest.raises(NotACheckpoint):
            Notary(SEEDS).read(torn, log_name(acme.org))


async def test_after_a_change_of_the_root_secret_old_notes_are_known_and_new_ones_signed_anew(acme: Logbook) -> None:
    await acme.grow(1)
    await acme.checkpoint()
    acme.seeds = (sha256(b"next").digest(), SEEDS[0])
    await acme.grow(1)
    assert (await acme.checkpoint()).state == "signed"
    assert await acme.walk() == []
    acme.seeds = (sha256(b"next").digest(),)
    assert {found.what for found in await acme.walk()} == {"checkpoint_changed"}


async def test_a_process_that_died_after_the_outside_is_made_up_for(acme: Logbook, monkeypatch: Any) -> None:
    async def dies(*_given: Any) -> None:
        raise KeyboardInterrupt

    await acme.grow(2)
    with monkeypatch.context() as broken:
        broken.setattr("waypost.archive.evidence.keeper.keep_checkpoint", dies)
        with pytest.raises(KeyboardInterrupt):
            await acme.checkpoint()
    await acme.grow(1)
    assert (await acme.checkpoint()).size == 3
    async with acme.work() as work:
        assert [row.size for row in await queries.checkpoints(work.db)] == [3, 2]
    assert await acme.walk() == []


async def test_a_newest_row_that_was_removed_is_put_back_and_said(acme: Logbook, clock: Clock, owner: Owner) -> None:
    await acme.grow(2)
    await acme.checkpoint()
    clock.pass_(minutes=1)
    assert (await acme.checkpoint()).state == "unchanged"
    await owner.execute(f"delete from evidence_checkpoints where org_id = '{acme.org}'")
    found = await acme.checkpoint()
    assert (found.state, found.doubt) == ("doubtful", Doubt.CHECKPOINT_GONE)
    assert (await acme.checkpoint()).state == "unchanged" and await acme.walk() == []


async def rewritten(owner: Owner, acme: Logbook, *statements: str) -> Doubt | None:
    """What a look finds after somebody with all rights was at it, and whether it still signs."""
    for statement in statements:
        await owner.execute(statement.replace("%org", f"org_id = '{acme.org}'"))
    await acme.grow(1)
    before = await FolderOutside(acme.folder).sizes(acme.org)
    found = await acme.checkpoint()
    assert found.state == "doubtful"
    assert await FolderOutside(acme.folder).sizes(acme.org) == before
    return found.doubt


async def test_a_log_that_was_cut_off_is_not_signed(acme: Logbook, owner: Owner) -> None:
    await acme.grow(9)
    await acme.checkpoint()
    cut = [f"delete from {name} where %org" for name in ("evidence_leaves", "evidence_nodes", "evidence_logs")]
    assert await rewritten(owner, acme, *cut) is Doubt.BEHIND


async def test_a_log_that_was_written_anew_is_not_signed(acme: Logbook, owner: Owner) -> None:
    await acme.grow(5)
    await acme.checkpoint()
    for table in ("evidence_leaves", "evidence_nodes", "evidence_logs", "evidence_checkpoints"):
        await owner.execute(f"delete from {table} where org_id = %s", [acme.org])
    await acme.grow(6, forged=True)
    assert await rewritten(owner, acme) is Doubt.REWRITTEN
    async with acme.work() as work:
        watch = await queries.watch(work.db)
    assert watch is not None and watch.doubt == "log_rewritten" and watch.doubt_since is not None


async def test_a_missing_part_of_the_tree_is_not_signed_over(acme: Logbook, owner: Owner) -> None:
    await acme.grow(9)
    await acme.checkpoint()
    assert await rewritten(owner, acme, "delete from evidence_nodes where %org and level = 3") is Doubt.INCOMPLETE


async def test_an_edge_that_does_not_fit_its_tree_is_not_signed(acme: Logbook, owner: Owner) -> None:
    await acme.grow(4)
    await acme.checkpoint()
    forged = "update evidence_logs set frontier = decode(repeat('ab', 32), 'hex') where %org"
    assert await rewritten(owner, acme, forged) is Doubt.REWRITTEN


async def test_an_outside_that_is_gone_or_forged_stops_signing(acme: Logbook) -> None:
    await acme.grow(2)
    await acme.checkpoint()
    file = FolderOutside(acme.folder).place(acme.org, 2)
    note = file.read_text()
    file.unlink()
    file.write_text(note.replace("\n2\n", "\n1\n"))
    assert (await acme.checkpoint()).doubt is Doubt.OUTSIDE_UNSIGNED
    file.unlink()
    assert (await acme.checkpoint()).doubt is Doubt.OUTSIDE_MISSING


async def test_a_folder_that_cannot_be_written_is_said(acme: Logbook, tmp_path: Path) -> None:
    await acme.grow(1)
    acme.folder = tmp_path / "file"
    acme.folder.write_text("no folder")
    found = await acme.checkpoint()
    assert (found.state, found.doubt) == ("doubtful", Doubt.OUTSIDE_UNREADABLE)


async def test_a_doubt_ends_when_its_cause_does(acme: Logbook) -> None:
    await acme.grow(2)
    await acme.checkpoint()
    file = FolderOutside(acme.folder).place(acme.org, 2)
    file.rename(file.with_suffix(".away"))
    await acme.checkpoint()
    file.with_suffix(".away").rename(file)
    assert (await acme.checkpoint()).state == "unchanged"
    async with acme.work() as work:
        watch = await queries.watch(work.db)
    assert watch is not None and (watch.doubt, watch.doubt_since) == (None, None)


async def test_after_a_restored_backup_somebody_may_answer_for_a_new_beginning(acme: Logbook, owner: Owner) -> None:
    await acme.grow(6)
    await acme.checkpoint()
    for table in ("evidence_leaves", "evidence_nodes", "evidence_logs", "evidence_checkpoints"):
        await owner.execute(f"delete from {table} where org_id = %s", [acme.org])
    await acme.grow(4)
    assert (await acme.checkpoint()).doubt is Doubt.BEHIND
    begun = await acme.keeper.begin_anew(acme.org, acme.work)
    assert begun is not None and begun.checkpoint.size == 4
    await acme.grow(1)
    assert (await acme.checkpoint()).state == "signed"
    assert await acme.walk() == []
    assert [path.name.split(".")[0] for path in acme.folder.iterdir()] == [str(acme.org)] * 2


async def test_organisations_have_folders_of_their_own(acme: Logbook, globex: Logbook) -> None:
    await acme.grow(2)
    await globex.grow(1)
    await acme.checkpoint()
    await globex.checkpoint()
    assert await FolderOutside(acme.folder).sizes(acme.org) == {2}
    assert await FolderOutside(acme.folder).sizes(globex.org) == {1}
