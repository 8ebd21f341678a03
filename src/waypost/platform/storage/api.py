"""The door to stored bytes: a link names organisation, content and manner; nothing else is asked."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from waypost.platform.errors import Unavailable
from waypost.platform.parts import Parts
from waypost.platform.storage import queries
from waypost.platform.storage.blobs import BlobMissing, Blobs, StoreUnavailable
from waypost.platform.storage.links import BlobLink, BlobLinks, Manner
from waypost.platform.storage.models import Blob
from waypost.platform.storage.serving import FRAMED, HEAD_BYTES, OPAQUE, SAFE, Span, disposition, picture_type, span_of
from waypost.platform.web.doors import Doors, Staged

api = Doors()


class BlobUnavailable(Unavailable):
    """The stored content cannot be fetched."""

    status: ClassVar[int] = 502


@api.get("/blobs/{token}", public=True, include_in_schema=False)
async def fetch_blob(token: str, request: Request, stages: Staged) -> Response:
    """The bytes, or the way to them: inline pictures come from us, downloads from S3 where that is the store."""
    parts: Parts = request.app.state.parts
    now = stages.works.clock()
    link = parts.of(BlobLinks).read(token, now)
    async with stages.open(link.org, reads=True) as work:
        blob = await queries.by_id(work.db, link.blob_id)
    blobs, left = parts.of(Blobs), int((link.until - now).total_seconds())
    with _there():
        picture = await _picture(blobs, blob) if link.manner is Manner.INLINE else None
    headers = _headers(link, picture, left)
    if picture is None and (elsewhere := _elsewhere(blobs, blob, headers, left)):
        return RedirectResponse(elsewhere, 307, headers=SAFE | {"Cache-Control": "private, no-store"})
    return await _answer(blobs, blob, span_of(request.headers.get("range"), blob.size_bytes), headers)


async def _picture(blobs: Blobs, blob: Blob) -> str | None:
    """A redirect to another host would be stopped by our own image policy, so pictures are always served from here."""
    return picture_type(await blobs.read(blob.storage_key, 0, HEAD_BYTES))


def _headers(link: BlobLink, picture: str | None, left: int) -> dict[str, str]:
    return (FRAMED if picture else SAFE) | {
        "Content-Type": picture or link.media_type or OPAQUE,
        "Content-Disposition": disposition(Manner.INLINE if picture else Manner.ATTACHMENT, link.name),
        "Cache-Control": f"private, max-age={left}",
        "Accept-Ranges": "bytes",
    }


def _elsewhere(blobs: Blobs, blob: Blob, headers: dict[str, str], left: int) -> str | None:
    shown = {name: headers[name] for name in ("Content-Type", "Content-Disposition")}
    return blobs.store.direct_link(blob.storage_key, seconds=max(1, left), headers=shown)


async def _answer(blobs: Blobs, blob: Blob, span: Span | None, headers: dict[str, str]) -> Response:
    if span is None:
        return Response(status_code=416, headers=SAFE | {"Content-Range": f"bytes */{blob.size_bytes}"})
    headers = headers | {"Content-Length": str(span.end - span.start)}
    if not span.whole:
        headers["Content-Range"] = span.content_range()
    with _there():
        body = await _begun(blobs.stream(blob.storage_key, span.start, span.end))
    return StreamingResponse(body, 200 if span.whole else 206, headers=headers)


async def _begun(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same, its first piece in hand: what cannot be fetched is refused before the answer says that all is well."""
    first = await anext(body, b"")

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for piece in body:
            yield piece

    return whole()


@contextmanager
def _there() -> Iterator[None]:
    try:
        yield
    except (BlobMissing, StoreUnavailable) as lost:
        raise BlobUnavailable from lost
