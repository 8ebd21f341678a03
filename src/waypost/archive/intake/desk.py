"""The part behind the documented doors: whose source an address means, who may knock, and how often."""

from dataclasses import dataclass, field
from datetime import timedelta
from hmac import compare_digest
from uuid import UUID

from waypost.archive.intake.refusals import NotConfigured, RateLimited
from waypost.archive.intake.terms import IntakeTerms
from waypost.archive.sources import queries
from waypost.archive.sources.models import DEFAULT, Source
from waypost.archive.sources.queries import NoSuchSource
from waypost.archive.sources.secrets import webhook_secrets
from waypost.archive.sources.starting import GONE
from waypost.platform.identity import lookups
from waypost.platform.identity.inbound_sources.lookups import organisation_of_source
from waypost.platform.observe.logs import line
from waypost.platform.safety.bucket import Buckets
from waypost.platform.safety.vault import Vault
from waypost.platform.work import Work, Works

log = line("waypost.archive.intake")
FAILURES_A_MINUTE = 60
"""Wrong signatures that one address may send before it is told to wait."""


@dataclass(slots=True)
class IntakeDesk:
    """A part of the web process; `closing` is true once it is asked to stop, `outside_prod` where tests may be."""

    terms: IntakeTerms
    vault: Vault
    outside_prod: bool = False
    closing: bool = False
    _sources: Buckets = field(init=False)
    _strangers: Buckets = field(init=False)

    def __post_init__(self) -> None:
        self._sources = Buckets(self.terms.rate, self.terms.burst)
        self._strangers = Buckets(FAILURES_A_MINUTE / 60, FAILURES_A_MINUTE)

    def open(self, *, outside_prod: bool) -> None:
        """Begin; a switch that opens the doors to anybody is said loudly."""
        self.outside_prod, self.closing = outside_prod, False
        for switch in self._open_switches():
            log.warning("ingest.unsigned_allowed", switch=switch)

    async def look(self) -> str:
        """For /readyz."""
        return ", ".join(self._open_switches()) or "signed"

    def _open_switches(self) -> list[str]:
        known = {
            "HARDENING_WEBHOOK_ALLOW_UNSIGNED": self.terms.allow_unsigned,
            "HARDENING_WEBHOOK_ALLOW_UNAUTHENTICATED_RETRY": self.terms.open_retry,
            "HARDENING_WEBHOOK_ALLOW_UNAUTHENTICATED_JOBS": self.terms.open_jobs,
        }
        return [name for name, is_on in known.items() if is_on]

    async def organisation(self, works: Works, key: str) -> UUID:
        """Whose source this is. Refuses with `NotConfigured` where the environment names none, else `NoSuchSource`."""
        async with lookups.catalogue(works.shards) as db:
            org = await organisation_of_source(db, key)
        if org is None:
            raise NotConfigured if key == DEFAULT else NoSuchSource
        return org

    async def source(self, work: Work, key: str) -> Source:
        """The source itself; the environment's only while the environment names it."""
        try:
            source = await queries.by_key(work.db, key)
        except NoSuchSource:
            if key == DEFAULT:
                raise NotConfigured from None
            raise
        if source.paused_at is not None and source.last_error == GONE:
            raise NotConfigured
        return source

    def secrets(self, source: Source) -> tuple[bytes, ...]:
        """What its deliveries may be signed with."""
        return webhook_secrets(source, self.vault)

    def admit(self, sender: str) -> None:
        """Count one delivery of a source; refuses with `RateLimited`."""
        if self.terms.limited:
            _refuse(self._sources.take(sender))

    def suspect(self, address: str) -> None:
        """Count one wrong signature; refuses with `RateLimited` instead of telling once more that it is wrong."""
        if self.terms.limited:
            _refuse(self._strangers.take(address))

    def is_operator(self, authorization: str) -> bool:
        """Whether a header carries the operators' token."""
        token = self.terms.admin_token
        given = authorization.removeprefix("Bearer ").strip().encode()
        return token is not None and authorization.startswith("Bearer ") and compare_digest(given, token)


def _refuse(wait: float) -> None:
    if wait > 0:
        raise RateLimited(retry_after=timedelta(seconds=wait))
