"""Both stores keep the same promise: bytes by content, in ranges, once per organisation, gone when erased."""

import hashlib

import pytest

from tests.conftest import Orgs
from waypost.platform.storage.blobs import ATTACHMENT, RAW, BlobMissing, Blobs, StoreUnavailable
from waypost.platform.storage.presign import S3Login
from waypost.platform.storage.s3 import Bucket, S3Store

pytestmark = pytest.mark.anyio


async def test_bytes_come_back_under_documented_keys(blobs: Blobs, orgs: Orgs) -> None:
    mail, picture = b"Subject: hello\r\n\r\n", bytes(range(256)) * 2000
    refs = await blobs.put_many(orgs.acme, [(RAW, mail), (ATTACHMENT, picture), (RAW, mail)])
    digest = hashlib.sha256(mail).hexdigest()
    assert refs[0].storage_key == f"{orgs.acme}/raw_eml/{digest}.eml" and refs[0] == refs[2]
    assert refs[1].storage_key == f"{orgs.acme}/attachments/{hashlib.sha256(picture).hexdigest()}"
    assert await blobs.get_many([ref.storage_key for ref in refs]) == [mail, picture, mail]


async def test_ranges(blobs: Blobs, orgs: Orgs) -> None:
    (ref,) = await blobs.put_many(orgs.acme, [(RAW, b"0123456789")])
    assert await blobs.read(ref.storage_key, 2, 5) == b"234"
    assert await blobs.read(ref.storage_key, 7) == b"789"
    assert await blobs.read(ref.storage_key, 8, 100) == b"89"
    assert await blobs.read(ref.storage_key, 3, 3) == b""


async def test_empty_bytes_are_bytes(blobs: Blobs, orgs: Orgs) -> None:
    (ref,) = await blobs.put_many(orgs.acme, [(RAW, b"")])
    assert ref.size == 0 and await blobs.read(ref.storage_key) == b""


async def test_two_organisations_never_share_a_key(blobs: Blobs, orgs: Orgs) -> None:
    (ours,) = await blobs.put_many(orgs.acme, [(RAW, b"same")])
    (theirs,) = await blobs.put_many(orgs.globex, [(RAW, b"same")])
    await blobs.delete([theirs.storage_key])
    assert await blobs.read(ours.storage_key) == b"same"


async def test_what_is_erased_is_gone_and_erasing_twice_is_fine(blobs: Blobs, orgs: Orgs) -> None:
    (ref,) = await blobs.put_many(orgs.acme, [(RAW, b"short life")])
    await blobs.delete([ref.storage_key])
    await blobs.delete([ref.storage_key])
    with pytest.raises(BlobMissing):
        await blobs.read(ref.storage_key)


async def test_an_organisation_is_cleared_and_its_neighbour_stays(blobs: Blobs, orgs: Orgs) -> None:
    pieces = [(kind, bytes([number])) for kind in (RAW, ATTACHMENT, "archive") for number in range(5)]
    await blobs.put_many(orgs.acme, pieces)
    (theirs,) = await blobs.put_many(orgs.globex, [(RAW, b"same")])
    assert await blobs.clear(orgs.acme) == 15
    assert await blobs.clear(orgs.acme) == 0
    assert await blobs.read(theirs.storage_key) == b"same"


async def test_it_says_whether_it_could_be_written(blobs: Blobs, bucket: Bucket) -> None:
    assert await blobs.look() in ("folder", "bucket")
    wrong = Bucket(bucket.name, S3Login(bucket.login.key_id, "wrong", "us-east-1"), bucket.endpoint)
    with pytest.raises(StoreUnavailable):
        await S3Store(wrong, retries=0).look()


async def test_a_store_that_does_not_answer_may_be_tried_again(orgs: Orgs) -> None:
    away = Bucket("nothing", S3Login("a", "b", "us-east-1"), "http://127.0.0.1:1")
    with pytest.raises(StoreUnavailable) as refused:
        await Blobs(S3Store(away, retries=0)).put_many(orgs.acme, [(RAW, b"x")])
    assert refused.value.again and "127.0.0.1" not in refused.value.detail


async def test_a_wrong_secret_is_refused(bucket: Bucket, orgs: Orgs) -> None:
    wrong = Bucket(bucket.name, S3Login(bucket.login.key_id, "wrong", "us-east-1"), bucket.endpoint)
    with pytest.raises(StoreUnavailable):
        await Blobs(S3Store(wrong)).put_many(orgs.acme, [(RAW, b"x")])
