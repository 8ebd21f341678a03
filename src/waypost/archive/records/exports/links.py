"""Links to finished exports: whoever holds one may fetch the ZIP until it ends; an id alone opens nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from waypost.platform.safety.links import Links

PURPOSE = "archive-export"
LIFE = timedelta(minutes=15)
"""Long enough to begin; a download that has begun goes on."""


@dataclass(frozen=True, slots=True)
class ExportLinks:
    """A part: makes and reads them."""

    links: Links

    def path(self, org: UUID, export_id: UUID, now: datetime) -> str:
        """`/archive-exports/files/TOKEN`."""
        return f"/archive-exports/files/{self.links.sign(PURPOSE, org, {'export': str(export_id)}, now + LIFE)}"

    def read(self, token: str, now: datetime) -> tuple[UUID, UUID]:
        """Organisation and export; refuses (404) what we did not sign and what has ended."""
        link = self.links.read(PURPOSE, token, now)
        return link.org, UUID(link.claims["export"])
