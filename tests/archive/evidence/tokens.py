"""An authority's answers without an authority: tokens are looked at closely elsewhere, with a real one."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from tests.archive.evidence.logbook import Clock
from waypost.platform.errors import Refusal


@dataclass(frozen=True, slots=True)
class Given:
    """A token in shape only."""

    der: bytes
    at: datetime
    subject: str = "CN=The clock tower"


@dataclass(slots=True)
class OneToken:
    """Answers everybody, or refuses as told."""

    clock: Clock
    refusal: Refusal | None = None
    asked: list[bytes] = field(default_factory=list)

    async def token(self, digest: bytes) -> Given:
        self.asked.append(digest)
        if self.refusal:
            raise self.refusal
        return Given(sha256(digest).digest(), self.clock.now)
