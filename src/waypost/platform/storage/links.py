"""Links to blobs: whoever holds one may fetch these bytes, in this manner, until it ends. Ids alone open nothing."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from waypost.platform.safety.links import Links

PURPOSE = "blob"
NAME_LENGTH = 200
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")


class Manner(StrEnum):
    """Shown in place (pictures only), or saved."""

    INLINE = "inline"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True)
class BlobLink:
    """What a link says."""

    org: UUID
    blob_id: UUID
    manner: Manner
    name: str
    until: datetime
    media_type: str = ""
    """What a saved file calls itself; empty: a row of bytes."""


@dataclass(frozen=True, slots=True)
class BlobLinks:
    """Makes and reads links that work for at most `ttl`."""

    links: Links
    ttl: timedelta = timedelta(seconds=300)

    def path(
        self,
        org: UUID,
        blob_id: UUID,
        name: str,
        *,
        now: datetime,
        manner: Manner = Manner.ATTACHMENT,
        media_type: str = "",
    ) -> str:
        """`/blobs/TOKEN`, good for half a `ttl` to a whole one; stable within a half, so browsers may keep pictures.

        `media_type` is told of a file that is saved, never of what is shown in place: that is typed by its bytes.
        """
        half = max(1, int(self.ttl.total_seconds()) // 2)
        until = datetime.fromtimestamp((int(now.timestamp()) // half + 2) * half, UTC)
        claims = {"blob": str(blob_id), "manner": manner.value, "name": name[:NAME_LENGTH]}
        claims |= {"type": media_type} if MEDIA_TYPE.fullmatch(media_type) else {}
        return f"/blobs/{self.links.sign(PURPOSE, org, claims, until)}"

    def read(self, token: str, now: datetime) -> BlobLink:
        """What the token says; refuses (404) what we did not sign and what has ended."""
        link = self.links.read(PURPOSE, token, now)
        claims = link.claims
        named = Manner(claims["manner"]), claims["name"], link.expires_at, claims.get("type", "")
        return BlobLink(link.org, UUID(claims["blob"]), *named)
