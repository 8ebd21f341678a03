"""The S3 store, for any server that speaks it (AWS, R2, MinIO, SeaweedFS)."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore import store as stores
from obstore.exceptions import BaseError

from waypost.platform.clock import utc_now
from waypost.platform.storage.blobs import BlobMissing, StoreUnavailable
from waypost.platform.storage.presign import S3Login, presigned_get

if TYPE_CHECKING:
    from obstore import GetOptions
    from obstore.store import S3Config

AT_ONCE = 8
CHUNK = 262_144


@dataclass(frozen=True, slots=True)
class Bucket:
    """Which bucket, where. `endpoint` None means AWS; `public_endpoint` is where browsers reach the same server."""

    name: str
    login: S3Login
    endpoint: str | None = None
    public_endpoint: str | None = None

    def address(self, key: str) -> str:
        """Where a browser finds a key."""
        endpoint = self.public_endpoint or self.endpoint
        if endpoint is None:
            return f"https://{self.name}.s3.{self.login.region}.amazonaws.com/{key}"
        return f"{endpoint.rstrip('/')}/{self.name}/{key}"


class S3Store:
    """Blobs in a bucket; keys are the same as in a folder, so a folder can be copied over as it is."""

    def __init__(self, bucket: Bucket, *, retries: int = 3) -> None:
        self._bucket = bucket
        self._client = _client(bucket, retries)

    async def put(self, items: Sequence[tuple[str, bytes]]) -> None:
        """A few at once; S3 answers when the bytes are durable."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(key: str, data: bytes) -> None:
            async with gate:
                await obstore.put_async(self._client, key, data)

        with _our_words():
            await asyncio.gather(*(one(key, data) for key, data in items))

    async def stream(self, key: str, start: int, end: int | None) -> AsyncIterator[bytes]:
        """Chunks as they come."""
        if end is not None and end <= start:
            return
        with _our_words():
            found = await obstore.get_async(self._client, key, options=_part(start, end))
            async for chunk in found.stream(min_chunk_size=CHUNK):
                yield bytes(chunk)

    async def get(self, keys: Sequence[str]) -> list[bytes]:
        """A few at once."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(key: str) -> bytes:
            async with gate:
                found = await obstore.get_async(self._client, key)
                return bytes(await found.bytes_async())

        with _our_words():
            return await asyncio.gather(*(one(key) for key in keys))

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove each."""
        with _our_words():
            await obstore.delete_async(self._client, list(keys))

    async def look(self) -> str:
        """Whether the bucket answers to our login: asked for something that is not there."""
        with _our_words(), suppress(FileNotFoundError):
            await obstore.head_async(self._client, "probe")
        return "bucket"

    async def clear(self, beginning: str) -> int:
        """A page of the listing after the other."""
        total = 0
        with _our_words():
            async for page in obstore.list(self._client, beginning):
                await obstore.delete_async(self._client, [one["path"] for one in page])
                total += len(page)
        return total

    def direct_link(self, key: str, *, seconds: int, headers: dict[str, str]) -> str:
        """A presigned address whose answer carries our name and type."""
        overrides = {f"response-{name.lower()}": value for name, value in headers.items()}
        address = self._bucket.address(key)
        return presigned_get(address, self._bucket.login, now=utc_now(), seconds=seconds, overrides=overrides)


def _part(start: int, end: int | None) -> "GetOptions":
    """Without a range for the whole: servers refuse any range of an empty object."""
    if end is None:
        return {"range": {"offset": start}} if start else {}
    return {"range": (start, end)}


def _client(bucket: Bucket, retries: int) -> stores.S3Store:
    plain = bucket.endpoint is not None and bucket.endpoint.startswith("http://")
    where: S3Config = {"endpoint": bucket.endpoint} if bucket.endpoint else {}
    return stores.S3Store(
        bucket.name,
        config=where,
        access_key_id=bucket.login.key_id,
        secret_access_key=bucket.login.secret,
        region=bucket.login.region,
        virtual_hosted_style_request=bucket.endpoint is None,
        client_options={"allow_http": plain, "connect_timeout": timedelta(seconds=5), "timeout": timedelta(seconds=60)},
        retry_config={"max_retries": retries, "retry_timeout": timedelta(seconds=20)},
    )


@contextmanager
def _our_words() -> Iterator[None]:
    """The library's errors as our refusals, without keys or addresses in them."""
    try:
        yield
    except FileNotFoundError as error:
        raise BlobMissing from error
    except (BaseError, OSError) as error:
        raise StoreUnavailable(f"The object store refused or did not answer ({type(error).__name__})") from error
