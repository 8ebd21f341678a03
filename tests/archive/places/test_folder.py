"""The folder place on a real file system: names, rights, repeats, links, marker, room."""

import asyncio
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.archive.places.conftest import FILES, FOLDER, names_below
from waypost.archive.places import handles, staging
from waypost.archive.places.folder import FolderPlace
from waypost.archive.places.marker import MARKER, FirstStart
from waypost.archive.places.refusals import FileMissing, NameTaken, PlaceAbsent, PlaceDenied, PlaceFull
from waypost.archive.places.staging import PREFIX

pytestmark = pytest.mark.anyio
WHOLE = {f"{FOLDER}/{name}" for name, _ in FILES}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def folder_modes(root: Path) -> set[int]:
    return {mode(one) for one in root.rglob("*") if one.is_dir()}


async def test_everything_stands_with_our_rights_whatever_the_umask(place: FolderPlace, root: Path) -> None:
    before = os.umask(0)
    try:
        await place.put(FOLDER, FILES, label="1")
    finally:
        os.umask(before)
    assert names_below(root) == WHOLE
    assert {mode(root / name) for name in WHOLE} == {0o640}
    assert folder_modes(root) == {0o750}
    for name, content in FILES:
        assert await place.read(f"{FOLDER}/{name}") == content
        assert b"".join([chunk async for chunk in place.stream(f"{FOLDER}/{name}")]) == content


async def test_equal_bytes_again_change_nothing_and_others_are_refused(place: FolderPlace, root: Path) -> None:
    await place.put(FOLDER, FILES, label="1")
    before = {name: (root / name).stat().st_mtime_ns for name in WHOLE}
    await place.put(FOLDER, FILES, label="1")
    assert {name: (root / name).stat().st_mtime_ns for name in WHOLE} == before
    for at in range(len(FILES)):
        other = [(name, content + b"!" * (at == n)) for n, (name, content) in enumerate(FILES)]
        with pytest.raises(NameTaken):
            await place.put(FOLDER, other, label="1")
    assert {name: (root / name).stat().st_mtime_ns for name in WHOLE} == before
    assert names_below(root) == WHOLE


async def test_a_put_that_died_between_is_completed(place: FolderPlace, root: Path) -> None:
    await place.put(FOLDER, FILES[:1], label="1")
    await place.put(FOLDER, FILES, label="1")
    assert names_below(root) == WHOLE


@pytest.mark.parametrize("step", ["anna", "anna/Kunden", "anna/Kunden/2026/attachments"])
async def test_no_link_is_followed_even_inside_the_root(place: FolderPlace, root: Path, step: str) -> None:
    elsewhere = root / "elsewhere"
    elsewhere.mkdir()
    (root / step).parent.mkdir(parents=True, exist_ok=True)
    (root / step).symlink_to(elsewhere)
    with pytest.raises(PlaceDenied):
        await place.put(FOLDER, FILES, label="1")
    assert list(elsewhere.rglob("*")) == [] and not any(name.endswith(".json") for name in names_below(root))


async def test_a_file_that_is_a_link_is_neither_read_nor_written_through(place: FolderPlace, root: Path) -> None:
    (root / "secret").write_text("not yours")
    (root / FOLDER).mkdir(parents=True)
    (root / FOLDER / FILES[0][0]).symlink_to(root / "secret")
    with pytest.raises(PlaceDenied):
        await place.read(f"{FOLDER}/{FILES[0][0]}")
    with pytest.raises(PlaceDenied):
        await place.put(FOLDER, FILES, label="1")
    await place.delete([f"{FOLDER}/{FILES[0][0]}"])
    assert (root / "secret").read_text() == "not yours"


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "a//b", "a/../../b", "a/./b"])
async def test_no_path_climbs(place: FolderPlace, path: str) -> None:
    with pytest.raises(PlaceDenied):
        await place.read(path)
    with pytest.raises(PlaceDenied):
        await place.put(path, FILES, label="1")
    with pytest.raises(PlaceDenied):
        await place.delete([path])


async def test_missing_files_and_deletion(place: FolderPlace, root: Path) -> None:
    await place.put(FOLDER, FILES, label="1")
    await place.delete([*WHOLE, "anna/nothing/there"])
    assert names_below(root) == set()
    assert not await place.exists(f"{FOLDER}/{FILES[0][0]}") and await place.folders("nowhere") == []
    with pytest.raises(FileMissing):
        await place.read(f"{FOLDER}/{FILES[0][0]}")


async def test_an_unmounted_share_is_not_written_underneath(place: FolderPlace, root: Path) -> None:
    await place.put(FOLDER, FILES, label="1")
    (root / MARKER).unlink()
    for act in (place.put(FOLDER, FILES, label="1"), place.read(f"{FOLDER}/{FILES[0][0]}"), place.look()):
        with pytest.raises(PlaceAbsent, match="mounted"):
            await act
    with pytest.raises(PlaceAbsent):
        await place.delete([f"{FOLDER}/{FILES[0][0]}"])
    await place.prepare()
    assert "GB free" in await place.look()
    assert await FolderPlace(str(root / "anna"), needs_marker=False).exists("Kunden/2026/" + FILES[0][0])


async def test_the_first_start_makes_the_root_once(tmp_path: Path) -> None:
    root, memory = tmp_path / "new" / "tree", tmp_path / "data" / "roots"
    table = tmp_path / "fstab"
    place = FolderPlace(str(root), first=FirstStart(memory, table))
    table.write_text(f"# shares\n//nas/archive {root.parent} cifs rw 0 0\nproc /proc proc defaults 0 0\n")
    with pytest.raises(PlaceAbsent):
        await place.put(FOLDER, FILES, label="1")
    table.unlink()
    await place.put(FOLDER, FILES, label="1")
    assert (root / MARKER).exists() and memory.read_text() == f"{root}\n"
    (root / MARKER).unlink()
    with pytest.raises(PlaceAbsent):
        await place.put(FOLDER, FILES, label="1")


async def test_too_little_room_is_told_before_anything_is_written(place: FolderPlace, root: Path) -> None:
    with pytest.raises(PlaceFull):
        await FolderPlace(str(root), spare=1 << 60).put(FOLDER, FILES, label="1")
    assert names_below(root) == set() and not (root / "anna").exists()


async def test_names_are_given_to_the_first(place: FolderPlace) -> None:
    assert await place.keep(".waypost-names/ab/c.json", b"first") == b"first"
    assert await place.keep(".waypost-names/ab/c.json", b"second") == b"first"


async def test_a_put_that_was_overtaken_leaves_the_folder_of_its_repetition_alone(tmp_path: Path) -> None:
    with handles.opened(str(tmp_path)) as root:
        first = staging._staging(root, f"{PREFIX}1-0a")
        handles.write_new(first.__enter__(), "0", b"pages", sync=False)
        with staging._staging(root, f"{PREFIX}1-0a") as second:
            first.__exit__(None, None, None)
            handles.write_new(second, "0", b"pages", sync=False)
            assert names_below(tmp_path) == {f"{PREFIX}1-0a/0"}
    assert os.listdir(tmp_path) == []


async def test_the_sweeper_leaves_what_is_young_or_not_ours(place: FolderPlace, root: Path) -> None:
    await place.put(FOLDER, FILES, label="1")
    old, young = (root / FOLDER / f"{PREFIX}1-{kind}" for kind in ("0000aaaa", "0000bbbb"))
    now = datetime.now(UTC)
    for folder, age in ((old, timedelta(hours=2)), (young, timedelta(0))):
        folder.mkdir()
        (folder / "0").write_bytes(b"half")
        moment = (now - age).timestamp()
        os.utime(folder, (moment, moment))
    assert await place.sweep(now - timedelta(hours=1)) == 1
    assert not old.exists() and young.exists() and names_below(root) > WHOLE


async def test_a_new_tree_that_several_begin_at_once_takes_all_of_them(tmp_path: Path) -> None:
    for number in range(20):
        first = FirstStart(tmp_path / f"memory-{number}", tmp_path / "no-such-file")
        place = FolderPlace(str(tmp_path / f"tree-{number}"), first=first)
        await asyncio.gather(*(place.put(f"case-{case}", [("a.txt", b"A")], label=str(case)) for case in range(8)))
        assert len(await place.folders("")) == 8
