"""Calls to an S3 bucket, signed here: what an archive needs (put unless there, object lock, every version of a key) is
more than the store library of other content knows."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from xml.etree.ElementTree import Element, fromstring

from waypost.archive.places.refusals import FileMissing, Guarded, PlaceDenied, PlaceFull, PlaceSilent
from waypost.platform.clock import Clock, utc_now
from waypost.platform.errors import Refusal
from waypost.platform.http.client import AnswerTooLarge, BadAddress, WayOut
from waypost.platform.storage.presign import S3Login, query_text, signed_headers

PAGE = 1_000
"""Keys that S3 lists at once."""


@dataclass(frozen=True, slots=True)
class ArchiveBucket:
    """Which bucket, where the tree begins in it, and how its objects are locked."""

    name: str
    login: S3Login
    endpoint: str | None = None
    """None means AWS."""
    prefix: str = ""
    lock: str | None = None
    """GOVERNANCE or COMPLIANCE; None locks nothing."""
    lock_days: int = 1

    @property
    def address(self) -> str:
        """Where the bucket is reached."""
        if self.endpoint:
            return f"{self.endpoint.rstrip('/')}/{self.name}"
        return f"https://{self.name}.s3.{self.login.region}.amazonaws.com"

    def key(self, path: str) -> str:
        """The key of a path below the root."""
        return f"{self.prefix}/{path}".strip("/")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the store said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Calls:
    """One bucket's calls. Refuses with the classes of `refusals.py`."""

    bucket: ArchiveBucket
    way_out: WayOut
    clock: Clock = utc_now

    async def send(
        self,
        method: str,
        key: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        fine: tuple[int, ...] = (200, 204),
    ) -> Answer:
        """One signed call; an answer that is not among `fine` is refused by its meaning."""
        asked = query_text(dict(query or {}))
        address = f"{self.bucket.address}/{key}" + (f"?{asked}" if asked else "")
        signed = signed_headers(
            method, address, self.bucket.login, now=self.clock(), body=body, headers=dict(headers or {})
        )
        quoted = f"{self.bucket.address}/{quote(key, safe='/-_.~')}" + (f"?{asked}" if asked else "")
        try:
            answer = await self.way_out.send(method, quoted, headers=signed, content=body)
        except (AnswerTooLarge, BadAddress) as refused:
            raise PlaceDenied(f"The bucket's address or answer cannot be used ({refused.detail})") from refused
        except Refusal as refused:
            raise PlaceSilent("The object store does not answer") from refused
        said = Answer(answer.status_code, answer.headers, answer.content)
        if said.status not in fine:
            raise _refusal(said)
        return said

    async def listed(self, query: Mapping[str, str]) -> Iterator[Element]:
        """One page of a listing: its elements, names without their namespace."""
        answer = await self.send("GET", "", query=query)
        return elements(answer.body)


def checksum(content: bytes) -> str:
    """What S3 compares with the bytes that arrived."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def stamp(moment: datetime) -> str:
    """As retention dates are written."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def elements(xml: bytes) -> Iterator[Element]:
    """All elements of an answer, names without their namespace; one that declares entities is not read."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise PlaceDenied("The object store's answer cannot be read")
    for element in fromstring(xml).iter():
        element.tag = element.tag.rpartition("}")[2]
        yield element


def error_code(answer: Answer) -> str:
    """S3's own word for what is wrong."""
    try:
        return next((one.text or "" for one in elements(answer.body) if one.tag == "Code"), "")
    except SyntaxError:
        return ""


def _refusal(answer: Answer) -> Refusal:
    status, code = answer.status, error_code(answer)
    said = f"The object store answered {status} {code}".rstrip()
    if status == 404 and code != "NoSuchBucket":
        return FileMissing()
    if code in ("ObjectLocked", "InvalidRetentionPeriod"):
        return Guarded(said)
    if status == 507 or code in ("QuotaExceeded", "XMinioStorageFull", "InsufficientStorage"):
        return PlaceFull(said)
    if status >= 500 or status in (408, 409, 425, 429):
        return PlaceSilent(said)
    return PlaceDenied(f"{said}: check the bucket's name, login and rights")
