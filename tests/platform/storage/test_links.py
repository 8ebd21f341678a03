"""The door to blobs, asked as a stranger: only a fresh link of ours opens, only for its organisation, only safely."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.requests import Request

from tests.conftest import Orgs
from waypost.platform.access import MACHINE
from waypost.platform.errors import Refusal
from waypost.platform.parts import Parts
from waypost.platform.safety.links import Links
from waypost.platform.storage.actions import register
from waypost.platform.storage.api import api
from waypost.platform.storage.blobs import ATTACHMENT, RAW, Blobs
from waypost.platform.storage.links import BlobLinks, Manner
from waypost.platform.storage.s3 import Bucket, S3Store
from waypost.platform.work import Works

pytestmark = pytest.mark.anyio
PNG = b"\x89PNG\r\n\x1a\n" + bytes(1000)
LINKS = BlobLinks(Links((b"k" * 32,)))
Client = httpx2.AsyncClient


async def _stranger(request: Request) -> None:
    return None


def _app(works: Works, blobs: Blobs) -> FastAPI:
    app = FastAPI()
    app.state.works, app.state.resolve_caller, app.state.parts = works, _stranger, Parts(blobs, LINKS)
    app.include_router(api.router)

    async def refuse(request: Request, refusal: Exception) -> JSONResponse:
        assert isinstance(refusal, Refusal)
        return JSONResponse({}, refusal.status)

    app.add_exception_handler(Refusal, refuse)
    return app


@pytest.fixture
def open_door(works: Works) -> Callable[[Blobs], Client]:
    """A stranger's client for a store."""
    return lambda blobs: Client(transport=httpx2.ASGITransport(_app(works, blobs)), base_url="http://waypost.test")


@pytest.fixture
async def stranger(open_door: Callable[[Blobs], Client], folder: Blobs) -> AsyncIterator[Client]:
    """A stranger at the door of the folder store."""
    async with open_door(folder) as client:
        yield client


async def _store(works: Works, blobs: Blobs, org: UUID, data: bytes, kind: str = ATTACHMENT) -> UUID:
    refs = await blobs.put_many(org, [(kind, data)])
    async with works.open(org, MACHINE) as work:
        return (await register(work, refs))[0]


async def test_a_picture_inline_with_every_guard(stranger: Client, works: Works, folder: Blobs, orgs: Orgs) -> None:
    blob_id = await _store(works, folder, orgs.acme, PNG)
    answer = await stranger.get(LINKS.path(orgs.acme, blob_id, "logo.png", now=datetime.now(UTC), manner=Manner.INLINE))
    assert answer.content == PNG and answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("inline")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["cache-control"].startswith("private")


async def test_a_page_called_png_is_only_ever_saved(stranger: Client, works: Works, folder: Blobs, orgs: Orgs) -> None:
    blob_id = await _store(works, folder, orgs.acme, b"<script>alert(1)</script>")
    answer = await stranger.get(LINKS.path(orgs.acme, blob_id, "logo.png", now=datetime.now(UTC), manner=Manner.INLINE))
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"


async def test_parts_of_a_blob(stranger: Client, works: Works, folder: Blobs, orgs: Orgs) -> None:
    blob_id = await _store(works, folder, orgs.acme, b"0123456789", RAW)
    path = LINKS.path(orgs.acme, blob_id, "mail.eml", now=datetime.now(UTC))
    part = await stranger.get(path, headers={"range": "bytes=2-4"})
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"234", "bytes 2-4/10")
    beyond = await stranger.get(path, headers={"range": "bytes=10-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */10")


async def test_forged_ended_and_foreign_links_lead_nowhere(
    stranger: Client, works: Works, folder: Blobs, orgs: Orgs
) -> None:
    blob_id = await _store(works, folder, orgs.acme, PNG)
    now = datetime.now(UTC)
    good = LINKS.path(orgs.acme, blob_id, "x", now=now)
    forged = BlobLinks(Links((b"e" * 32,))).path(orgs.acme, blob_id, "x", now=now)
    ended = LINKS.path(orgs.acme, blob_id, "x", now=now - timedelta(seconds=301))
    foreign = LINKS.path(orgs.globex, blob_id, "x", now=now)
    other_purpose = "/blobs/" + LINKS.links.sign("portal", orgs.acme, {}, now + timedelta(hours=1))
    statuses = [(await stranger.get(path)).status_code for path in (good, forged, ended, foreign, other_purpose)]
    assert statuses == [200, 404, 404, 404, 404]


async def test_a_link_is_stable_for_a_while_and_never_longer_than_its_life() -> None:
    org, blob_id, now = UUID(int=1), UUID(int=2), datetime(2026, 1, 1, tzinfo=UTC)
    paths = {LINKS.path(org, blob_id, "x", now=now + timedelta(seconds=second)) for second in range(150)}
    assert len(paths) == 1
    token = paths.pop().rpartition("/")[2]
    left = LINKS.read(token, now).until - now
    assert timedelta(seconds=150) <= left <= timedelta(seconds=300)


async def test_downloads_from_s3_are_sent_there_with_our_name(
    open_door: Callable[[Blobs], Client], works: Works, bucket: Bucket, orgs: Orgs
) -> None:
    blobs = Blobs(S3Store(bucket))
    blob_id = await _store(works, blobs, orgs.acme, b"%PDF-1.7")
    async with open_door(blobs) as stranger, Client() as browser:
        sent = await stranger.get(LINKS.path(orgs.acme, blob_id, "Grüße.pdf", now=datetime.now(UTC)))
        assert sent.status_code == 307 and sent.headers["cache-control"] == "private, no-store"
        target = sent.headers["location"]
        answer = await browser.get(target)
        tampered = await browser.get(target.replace("Gr%25", "Xr%25"))
        bare = await browser.get(target.partition("?")[0])
    assert answer.content == b"%PDF-1.7" and answer.headers["content-type"] == "application/octet-stream"
    assert "filename*=UTF-8''Gr%C3%BC%C3%9Fe.pdf" in answer.headers["content-disposition"]
    assert (tampered.status_code, bare.status_code) == (403, 403)
    assert urlsplit(target).netloc == urlsplit(str(bucket.endpoint)).netloc


async def test_pictures_on_s3_come_from_us(
    open_door: Callable[[Blobs], Client], works: Works, bucket: Bucket, orgs: Orgs
) -> None:
    blobs = Blobs(S3Store(bucket))
    blob_id = await _store(works, blobs, orgs.acme, PNG)
    async with open_door(blobs) as stranger:
        now = datetime.now(UTC)
        answer = await stranger.get(LINKS.path(orgs.acme, blob_id, "x.png", now=now, manner=Manner.INLINE))
    assert answer.status_code == 200 and answer.content == PNG


async def test_register_is_one_row_for_equal_bytes(works: Works, folder: Blobs, orgs: Orgs) -> None:
    refs = await folder.put_many(orgs.acme, [(RAW, b"a"), (RAW, b"b"), (RAW, b"a")])
    async with works.open(orgs.acme, MACHINE) as work:
        first = await register(work, refs)
    async with works.open(orgs.acme, MACHINE) as work:
        again = await register(work, refs)
    assert first == again and first[0] == first[2] != first[1]
    async with works.open(orgs.globex, MACHINE) as work:
        assert set(await register(work, refs[:1])).isdisjoint(first)
