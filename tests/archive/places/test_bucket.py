"""The bucket place on a real server (SeaweedFS): put once, list, lock, every version deleted."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.archive.places.conftest import FILES, FOLDER
from tests.wire import s3
from waypost.archive.places.bucket import ArchiveBucket, BucketPlace
from waypost.archive.places.bucket_calls import Calls
from waypost.archive.places.placement import Part, Placing
from waypost.archive.places.refusals import FileMissing, Guarded, NameTaken, PlaceDenied, PlaceSilent
from waypost.archive.places.shelf import Shelf
from waypost.platform.ids import new_id
from waypost.platform.storage.presign import S3Login

pytestmark = pytest.mark.anyio
LOGIN = S3Login(s3.KEY_ID, s3.SECRET, "us-east-1")


async def bucket_at(server: s3.S3Server, lock: str | None = None, prefix: str = "tree/of acme") -> BucketPlace:
    """A place in a new bucket, with object lock where asked."""
    name = f"archive-{new_id().hex[-12:]}"
    place = BucketPlace(ArchiveBucket(name, LOGIN, server.endpoint, prefix, lock))
    made = {"x-amz-bucket-object-lock-enabled": "true"} if lock else {}
    await Calls(place.bucket, place.way_out).send("PUT", "", headers=made)
    return place


@pytest.fixture
async def place(s3_server: s3.S3Server) -> AsyncIterator[BucketPlace]:
    """Without locks."""
    made = await bucket_at(s3_server)
    yield made
    await made.close()


@pytest.fixture
async def locking(s3_server: s3.S3Server) -> AsyncIterator[BucketPlace]:
    """With governance locks."""
    made = await bucket_at(s3_server, "GOVERNANCE")
    yield made
    await made.close()


async def test_put_read_repeat_refuse(place: BucketPlace) -> None:
    assert await place.look() == f"bucket {place.bucket.name}" and place.root.endswith("/tree/of acme")
    for _ in range(2):
        await place.put(FOLDER, FILES, label="1")
    for name, content in FILES:
        path = f"{FOLDER}/{name}"
        assert await place.read(path) == content and await place.exists(path)
        assert b"".join([chunk async for chunk in place.stream(path)]) == content
    with pytest.raises(NameTaken):
        await place.put(FOLDER, [(FILES[0][0], b"other"), FILES[-1]], label="1")
    assert await place.folders("") == ["anna"] and await place.folders("anna/Kunden/2026") == ["attachments"]
    assert await place.keep(".waypost-names/a.json", b"1") == await place.keep(".waypost-names/a.json", b"2") == b"1"
    with pytest.raises(FileMissing):
        await place.read("anna/nothing")
    assert not await place.exists("anna/nothing") and await place.guarded_until(f"{FOLDER}/{FILES[0][0]}") is None
    await place.delete([f"{FOLDER}/{name}" for name, _ in FILES])
    assert not await place.exists(f"{FOLDER}/{FILES[0][0]}")


async def test_streams_come_in_pieces(place: BucketPlace) -> None:
    content = bytes(range(256)) * 10_000
    await place.put("a", [("large.bin", content)], label="1")
    pieces = [len(piece) async for piece in place.stream("a/large.bin")]
    assert sum(pieces) == len(content) and len(pieces) == 3


async def test_a_lock_forbids_deletion_until_its_date(locking: BucketPlace) -> None:
    await locking.look()
    await locking.put(FOLDER, FILES, label="1")
    paths = [f"{FOLDER}/{name}" for name, _ in FILES]
    first = await locking.guarded_until(paths[0])
    assert first is not None and timedelta(hours=23) < first - datetime.now(UTC) <= timedelta(days=1)
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    assert await locking.guard(paths, later) == later
    assert [await locking.guarded_until(path) for path in paths] == [later] * 3
    with pytest.raises(Guarded, match=f"{later:%Y-%m-%d}"):
        await locking.delete(paths)
    blind = BucketPlace(ArchiveBucket(locking.bucket.name, LOGIN, locking.bucket.endpoint, locking.bucket.prefix))
    with pytest.raises(Guarded):
        await blind.delete(paths[:1])
    await blind.close()
    assert await locking.read(paths[0]) == FILES[0][1]


async def test_a_shelf_over_a_locking_bucket_says_until_when(locking: BucketPlace) -> None:
    shelf, moment = Shelf(locking), datetime.now(UTC)
    placing = await shelf.claim(Placing("anna", ("Kunden",), "1"), org=new_id(), case="zammad//1", moment=moment)
    plan = shelf.plan(placing, moment=moment, version=1, record_id=new_id())
    parts = [Part(plan.pdf(), b"%PDF", "pdf"), Part(plan.sidecar, b"{}", "sidecar")]
    stored = await shelf.put(plan, parts)
    assert stored == await shelf.put(plan, parts) and stored.locked_until is not None
    assert datetime.fromisoformat(stored.locked_until) > moment + timedelta(hours=23)
    assert plan.absolute(plan.pdf()).startswith(f"s3://{locking.bucket.name}/tree/of acme/anna/Kunden/")
    await shelf.leave(plan.path("stone.json"), b"{}")
    await shelf.delete([plan.path("stone.json")])
    assert await shelf.sweep(moment) == 0


async def test_every_version_goes(s3_server: s3.S3Server) -> None:
    locking = await bucket_at(s3_server, "GOVERNANCE")
    calls = Calls(locking.bucket, locking.way_out)
    for content in (b"one", b"two"):
        await calls.send("PUT", locking.bucket.key("kept.bin"), body=content)
    await calls.send("DELETE", locking.bucket.key("kept.bin"))
    await locking.delete(["kept.bin"])
    left = [one for one in await calls.listed({"versions": ""}) if one.tag in ("Version", "DeleteMarker")]
    assert left == []
    await locking.close()


async def test_what_is_wrong_is_told_by_kind(s3_server: s3.S3Server, place: BucketPlace) -> None:
    for wrong in (
        ArchiveBucket("no-such-bucket", LOGIN, s3_server.endpoint),
        ArchiveBucket(place.bucket.name, S3Login(s3.KEY_ID, "wrong", "us-east-1"), s3_server.endpoint),
        ArchiveBucket(place.bucket.name, LOGIN, s3_server.endpoint, lock="GOVERNANCE"),
    ):
        other = BucketPlace(wrong)
        with pytest.raises(PlaceDenied):
            await other.look()
        await other.close()
    silent = BucketPlace(ArchiveBucket("any", LOGIN, "http://127.0.0.1:9"))
    with pytest.raises(PlaceSilent):
        await silent.put("a", FILES, label="1")
    await silent.close()
