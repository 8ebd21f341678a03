"""The bucket place: the same tree in S3, objects put only where none is, the sidecar last, locked where asked."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from waypost.archive.places.bucket_calls import ArchiveBucket, Calls, checksum, elements, error_code, stamp
from waypost.archive.places.refusals import FileMissing, Guarded, NameTaken, PlaceDenied, ReadBackDiffers
from waypost.platform.clock import Clock, utc_now
from waypost.platform.http.addresses import Trust
from waypost.platform.http.client import Patience, WayOut

CHUNK = 1 << 20
AT_ONCE = 4
PATIENCE = Patience(connect=5, read=60, total=600, max_bytes=4 << 30)
ENTRIES = ("Version", "DeleteMarker")

__all__ = ["ArchiveBucket", "BucketPlace"]


@dataclass(slots=True)
class BucketPlace:
    """An archive's tree in a bucket. An object appears whole or not at all, so nothing is staged and nothing swept."""

    bucket: ArchiveBucket
    way_out: WayOut = field(default_factory=lambda: WayOut(Trust.OPERATOR, patience=PATIENCE))
    clock: Clock = utc_now
    _calls: Calls = field(init=False)

    def __post_init__(self) -> None:
        self._calls = Calls(self.bucket, self.way_out, self.clock)

    @property
    def root(self) -> str:
        """`s3://bucket/prefix`."""
        return f"s3://{self.bucket.name}/{self.bucket.prefix}".rstrip("/")

    async def prepare(self) -> None:
        """The bucket is the operator's; whether it answers is seen."""
        await self.look()

    async def look(self) -> str:
        """Does it answer, and does it lock as it should?"""
        await self._calls.send("GET", "", query={"list-type": "2", "max-keys": "1", "prefix": self.bucket.key("")})
        if self.bucket.lock:
            try:
                await self._calls.send("GET", "", query={"object-lock": ""})
            except (FileMissing, PlaceDenied) as refused:
                raise PlaceDenied("The bucket was not made with object lock") from refused
        return f"bucket {self.bucket.name}"

    async def put(self, folder: str, files: Sequence[tuple[str, bytes]], *, label: str) -> None:
        """All but the last together, each read back; then the last."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(name: str, content: bytes) -> None:
            async with gate:
                await self._put(f"{folder}/{name}".strip("/"), content)

        await asyncio.gather(*(one(name, content) for name, content in files[:-1]))
        for name, content in files[-1:]:
            await one(name, content)

    async def keep(self, path: str, content: bytes) -> bytes:
        """Names are never locked: they hold nothing that proves anything."""
        key = self.bucket.key(path)
        sent = await self._calls.send("PUT", key, body=content, headers={"if-none-match": "*"}, fine=(200, 409, 412))
        return content if sent.status == 200 else await self.read(path)

    async def read(self, path: str) -> bytes:
        """Whole."""
        return (await self._calls.send("GET", self.bucket.key(path))).body

    async def stream(self, path: str) -> AsyncIterator[bytes]:
        """A mebibyte at a time, so that memory stays small."""
        start, size = 0, 1
        while start < size:
            span = {"range": f"bytes={start}-{start + CHUNK - 1}"}
            answer = await self._calls.send("GET", self.bucket.key(path), headers=span, fine=(200, 206, 416))
            if answer.status == 416:
                return
            yield answer.body
            total = answer.headers.get("content-range", "").rpartition("/")[2]
            start, size = start + len(answer.body), int(total) if total.isdigit() else 0

    async def exists(self, path: str) -> bool:
        """By its head."""
        return (await self._calls.send("HEAD", self.bucket.key(path), fine=(200, 404))).status == 200

    async def folders(self, path: str) -> list[str]:
        """Common beginnings of keys."""
        beginning = f"{self.bucket.key(path)}/".lstrip("/")
        found: list[str] = []
        token: str | None = ""
        while token is not None:
            query = {"list-type": "2", "delimiter": "/", "prefix": beginning}
            page = list(await self._calls.listed(query | ({"continuation-token": token} if token else {})))
            found += [one.text or "" for one in page if one.tag == "Prefix"]
            token = next((one.text for one in page if one.tag == "NextContinuationToken"), None)
        names = {one.removeprefix(beginning).strip("/") for one in found if one != beginning}
        return sorted(name for name in names if name and name[0] != ".")

    async def names(self, path: str, *, after: str = "") -> list[str]:
        """All files below `path`, relative to it, in the order of their names; only those behind the name `after`."""
        beginning = f"{self.bucket.key(path)}/".lstrip("/")
        found: list[str] = []
        query = {"list-type": "2", "prefix": beginning} | ({"start-after": f"{beginning}{after}"} if after else {})
        token: str | None = ""
        while token is not None:
            page = list(await self._calls.listed(query | ({"continuation-token": token} if token else {})))
            found += [one.text or "" for one in page if one.tag == "Key"]
            token = next((one.text for one in page if one.tag == "NextContinuationToken"), None)
        return [one.removeprefix(beginning) for one in found]

    async def delete(self, paths: Sequence[str]) -> None:
        """Every version of every key; a lock is seen before the first one goes."""
        for path in paths:
            until = await self.guarded_until(path)
            if until is not None and until > self.clock():
                raise Guarded(f"An object lock guards a file until {until:%Y-%m-%d}")
        for path in paths:
            await self._delete(self.bucket.key(path))

    async def guard(self, paths: Sequence[str], until: datetime) -> datetime | None:
        """Longer than before is always possible, shorter never."""
        if not self.bucket.lock:
            return None
        mode = f"<Mode>{self.bucket.lock}</Mode><RetainUntilDate>{stamp(until)}</RetainUntilDate>"
        body = f"<Retention>{mode}</Retention>".encode()
        for path in paths:
            standing = await self.guarded_until(path)
            if standing is None or standing < until:
                sums = {"x-amz-checksum-sha256": checksum(body)}
                await self._calls.send("PUT", self.bucket.key(path), query={"retention": ""}, body=body, headers=sums)
        return until

    async def guarded_until(self, path: str) -> datetime | None:
        """As the object's own retention says."""
        if not self.bucket.lock:
            return None
        key, fine = self.bucket.key(path), (200, 400, 404, 501)
        answer = await self._calls.send("GET", key, query={"retention": ""}, fine=fine)
        if answer.status != 200:
            return None
        return _retained(answer.body)

    async def sweep(self, older_than: datetime) -> int:
        """Nothing is staged."""
        return 0

    async def close(self) -> None:
        """Give the connections back."""
        await self.way_out.close()

    async def _put(self, path: str, content: bytes) -> None:
        key = self.bucket.key(path)
        headers = {"if-none-match": "*", "x-amz-checksum-sha256": checksum(content)} | self._locking()
        answer = await self._calls.send("PUT", key, body=content, headers=headers, fine=(200, 412))
        standing = await self.read(path)
        if standing == content:
            return
        raise ReadBackDiffers if answer.status == 200 else NameTaken

    def _locking(self) -> dict[str, str]:
        if not self.bucket.lock:
            return {}
        until = self.clock() + timedelta(days=self.bucket.lock_days)
        return {"x-amz-object-lock-mode": self.bucket.lock, "x-amz-object-lock-retain-until-date": stamp(until)}

    async def _delete(self, key: str) -> None:
        for version in await self._versions(key):
            query = {"versionId": version} if version else {}
            answer = await self._calls.send("DELETE", key, query=query, fine=(200, 204, 403, 404))
            if answer.status == 403:
                raise Guarded(f"The object store refuses to delete a file ({error_code(answer)})")

    async def _versions(self, key: str) -> list[str]:
        """Ids of all versions and delete markers of exactly this key."""
        found: list[str] = []
        query: Mapping[str, str] | None = {"versions": "", "prefix": key}
        while query is not None:
            page = list(await self._calls.listed(query))
            found += [_text(one, "VersionId") for one in page if one.tag in ENTRIES and _text(one, "Key") == key]
            marker = {one.tag: one.text or "" for one in page if one.tag in ("NextKeyMarker", "NextVersionIdMarker")}
            more = marker.get("NextKeyMarker") == key
            ids = {"version-id-marker": marker.get("NextVersionIdMarker", "")}
            query = {"versions": "", "prefix": key, "key-marker": key} | ids if more else None
        return found


def _text(entry: Any, name: str) -> str:
    """A member of an entry of a listing."""
    return next((one.text or "" for one in entry if one.tag.rpartition("}")[2] == name), "")


def _retained(xml: bytes) -> datetime | None:
    found = next((one.text for one in elements(xml) if one.tag == "RetainUntilDate"), None)
    return datetime.fromisoformat(found) if found else None
