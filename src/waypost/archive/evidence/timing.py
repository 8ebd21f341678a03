"""The batch time proof (ruling 27): one token of an authority on a checkpoint's root covers every entry below it.

It says when entries existed at the latest, beside what a signature says of its own time, and is never shown as part of
its level. A quota of the authority only makes tokens rarer: the next one covers all that waits.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from waypost.archive.evidence import queries
from waypost.archive.evidence.actions import keep_time_proof, note_refusal, note_waiting
from waypost.archive.evidence.keeper import Opens
from waypost.archive.evidence.metrics import TOKENS
from waypost.archive.evidence.models import EvidenceCheckpoint
from waypost.platform.errors import Refusal, Retryable
from waypost.platform.work import Work

NO_AUTHORITY = "no_authority_configured"
SELDOM = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """When a token is due: so many entries wait, or the oldest has waited so long."""

    entries: int = 1_000
    age: timedelta = timedelta(minutes=5)


class Token(Protocol):
    """What an authority answers (`signing.authority.Token`)."""

    @property
    def der(self) -> bytes:
        """RFC 3161, DER."""
        ...

    @property
    def at(self) -> datetime:
        """The time it gives."""
        ...

    @property
    def subject(self) -> str:
        """Whose token it is."""
        ...


class GivesTokens(Protocol):
    """The authorities, asked one after another until one answers."""

    async def token(self, digest: bytes) -> Token:
        """A checked token on a SHA-256 digest; refusals (platform/errors) say why there is none."""
        ...


async def prove(works: Opens, authorities: GivesTokens, pace: Pace) -> bool:
    """Ask for a token when one is due; gives whether one was kept. Repeating it changes nothing."""
    async with works() as work:
        due = await _due(work, pace)
    if due is None:
        return False
    try:
        token = await authorities.token(due.root)
    except Refusal as refusal:
        async with works() as work:
            await note_refusal(work, refusal.code or refusal.kind(), _pause(refusal))
        TOKENS.labels("refused").inc()
        return False
    async with works() as work:
        await keep_time_proof(work, size=due.size, root=due.root, token=token.der, authority=token.subject, at=token.at)
    TOKENS.labels("kept").inc()
    return True


async def _due(work: Work, pace: Pace) -> EvidenceCheckpoint | None:
    """The newest checkpoint, when what it covers waits for a token and an authority may be asked again."""
    waiting = await queries.unproven(work.db, pace.entries)
    await note_waiting(work, waiting.since)
    watch = await queries.watch(work.db)
    if watch is not None and (watch.doubt or (watch.ask_at and watch.ask_at > work.now)):
        return None
    if waiting.since is None or (waiting.count < pace.entries and waiting.since > work.now - pace.age):
        return None
    return await queries.checkpoint(work.db, covering=waiting.first)


def _pause(refusal: Refusal) -> timedelta | None:
    if isinstance(refusal, Retryable):
        return refusal.retry_after
    return SELDOM
