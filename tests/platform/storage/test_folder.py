"""The folder store survives its writers: order of fsyncs, leftovers, other people's rights."""

import os
import time
from pathlib import Path

import pytest

from tests.conftest import Orgs
from waypost.platform.storage import folder as folder_module
from waypost.platform.storage.blobs import RAW, Blobs, StoreUnavailable
from waypost.platform.storage.folder import INCOMING, FolderStore

pytestmark = pytest.mark.anyio


async def test_bytes_are_synced_before_they_get_their_name(
    tmp_path: Path, orgs: Orgs, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts: list[str] = []
    real_sync, real_replace = folder_module._sync, os.replace

    def sync(path: Path) -> None:
        acts.append(f"sync {path.name}")
        real_sync(path)

    def replace(old: Path, new: Path) -> None:
        acts.append("rename")
        real_replace(old, new)

    monkeypatch.setattr(folder_module, "_sync", sync)
    monkeypatch.setattr(os, "replace", replace)
    await Blobs(FolderStore(tmp_path)).put_many(orgs.acme, [(RAW, b"one"), (RAW, b"two")])
    renames = [place for place, act in enumerate(acts) if act == "rename"]
    waiting = [place for place, act in enumerate(acts) if len(act) == len("sync ") + 32]
    assert len(renames) == len(waiting) == 2 and max(waiting) < min(renames)
    assert acts[-1] == "sync raw_eml" and acts.count("sync raw_eml") == 1


async def test_known_bytes_are_not_written_again_but_their_folder_is_synced(
    tmp_path: Path, orgs: Orgs, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = Blobs(FolderStore(tmp_path))
    (ref,) = await blobs.put_many(orgs.acme, [(RAW, b"one")])
    before = (tmp_path / ref.storage_key).stat().st_mtime_ns
    synced: list[Path] = []
    monkeypatch.setattr(folder_module, "_sync", synced.append)
    await blobs.put_many(orgs.acme, [(RAW, b"one")])
    assert (tmp_path / ref.storage_key).stat().st_mtime_ns == before
    assert synced == [(tmp_path / ref.storage_key).parent]


def test_leftovers_of_crashed_writers_go_after_a_day(tmp_path: Path) -> None:
    incoming = tmp_path / INCOMING
    incoming.mkdir()
    for name, age in (("old", 90_000), ("young", 60)):
        (incoming / name).write_bytes(b"")
        os.utime(incoming / name, (time.time() - age,) * 2)
    assert FolderStore(tmp_path).sweep() == 1
    assert [path.name for path in incoming.iterdir()] == ["young"]


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path, orgs: Orgs) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreUnavailable):
        await Blobs(FolderStore(tmp_path / "file")).put_many(orgs.acme, [(RAW, b"x")])
