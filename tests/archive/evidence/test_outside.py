"""Where checkpoints are kept outside: a bucket on a real server (SeaweedFS), and a folder that may be away."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.archive.evidence.logbook import Clock, Logbook, Owner
from tests.archive.places.test_bucket import bucket_at
from tests.wire import s3
from waypost.archive.evidence.comparing import Doubt
from waypost.archive.evidence.opening import open_outside
from waypost.archive.evidence.outside import OutsideAway
from waypost.archive.evidence.outside_bucket import BucketOutside
from waypost.archive.evidence.outside_folder import FolderOutside
from waypost.archive.evidence.settings import EvidenceSettings
from waypost.archive.places.marker import MARKER, FirstStart
from waypost.archive.places.settings import PlacesSettings
from waypost.platform.settings import SettingRefused
from waypost.platform.storage.settings import StorageSettings

pytestmark = pytest.mark.anyio


async def test_a_bucket_keeps_them_as_a_folder_does(
    acme: Logbook, globex: Logbook, s3_server: s3.S3Server, tmp_path: Path, owner: Owner, clock: Clock
) -> None:
    place = await bucket_at(s3_server, "GOVERNANCE", "checkpoints")
    outside = BucketOutside(place, FirstStart(tmp_path / "roots"))
    acme.outside = globex.outside = outside
    for size in (2, 3):
        await acme.grow(size - 1)
        assert (await acme.checkpoint()).size == (2 - 1 if size == 2 else 3)
    await globex.grow(4)
    await globex.checkpoint()
    assert (await acme.checkpoint()).state == "unchanged" and await acme.walk() == []
    assert (await outside.sizes(acme.org), await outside.sizes(globex.org)) == ({1, 3}, {4})
    assert "checkpoints" in await outside.look()
    path = f"{acme.org}/begun/0000000000/000000000003.checkpoint"
    assert await place.guarded_until(path) is not None
    await owner.execute(f"delete from evidence_leaves where org_id = '{acme.org}' and position = 2")
    await owner.execute(f"update evidence_logs set size = 2 where org_id = '{acme.org}'")
    assert (await acme.checkpoint()).state == "doubtful"
    for table in ("evidence_leaves", "evidence_nodes", "evidence_logs", "evidence_checkpoints"):
        await owner.execute(f"delete from {table} where org_id = %s", [acme.org])
    await acme.grow(2)
    assert (await acme.checkpoint()).doubt is Doubt.BEHIND
    begun = await acme.keeper.begin_anew(acme.org, acme.work)
    assert begun is not None and await outside.sizes(acme.org) == {2}
    assert await place.exists(path), "what was there before stays"
    await place.delete([MARKER])
    await acme.grow(1)
    assert (await acme.checkpoint()).doubt is Doubt.OUTSIDE_UNREADABLE
    await outside.close()


async def test_a_bucket_that_does_not_answer_is_said_and_nothing_is_signed(
    acme: Logbook, s3_server: s3.S3Server, tmp_path: Path
) -> None:
    outside = BucketOutside(await bucket_at(s3_server), FirstStart(tmp_path / "roots"))
    away = BucketOutside(await bucket_at(s3_server), FirstStart(tmp_path / "other"))
    away.place.bucket = replace(away.place.bucket, endpoint="http://127.0.0.1:9")
    away.place.__post_init__()
    await acme.grow(1)
    acme.outside = away
    assert (await acme.checkpoint()).doubt is Doubt.OUTSIDE_UNREADABLE
    with pytest.raises(OutsideAway):
        await away.look()
    acme.outside = outside
    assert (await acme.checkpoint()).state == "signed"
    for each in (outside, away):
        await each.close()


async def test_a_folder_that_lost_its_share_is_away_and_not_new(acme: Logbook, tmp_path: Path) -> None:
    first = FirstStart(tmp_path / "roots", tmp_path / "no fstab")
    acme.outside = outside = FolderOutside(tmp_path / "share", first)
    await acme.grow(1)
    assert (await acme.checkpoint()).state == "signed"
    (tmp_path / "share").rename(tmp_path / "away")
    (tmp_path / "share").mkdir()
    assert (await acme.checkpoint()).doubt is Doubt.OUTSIDE_UNREADABLE
    with pytest.raises(OutsideAway):
        await outside.look()
    assert list((tmp_path / "share").iterdir()) == []
    (tmp_path / "share").rmdir()
    (tmp_path / "away").rename(tmp_path / "share")
    assert (await acme.checkpoint()).state == "unchanged" and await outside.look()


def test_settings_name_one_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened() -> object:
        return open_outside(EvidenceSettings(), PlacesSettings(), StorageSettings(), tmp_path)

    assert isinstance(opened(), FolderOutside)
    monkeypatch.setenv("CHECKPOINT_S3_PREFIX", "/log/")
    with pytest.raises(SettingRefused, match="ARCHIVE_S3_BUCKET"):
        opened()
    monkeypatch.setenv("ARCHIVE_S3_BUCKET", "evidence")
    found = opened()
    assert isinstance(found, BucketOutside) and found.place.root == "s3://evidence/log"
    monkeypatch.setenv("CHECKPOINT_FOLDER", str(tmp_path))
    with pytest.raises(SettingRefused, match="two places"):
        opened()
