"""A part of the process: opens Zammad installations under the rules for whoever wrote their address down."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from waypost.archive.sources.models import Source
from waypost.archive.sources.secrets import token_of
from waypost.archive.sources.zammad.calls import Calls
from waypost.archive.sources.zammad.client import Removing, Zammad
from waypost.archive.sources.zammad.files import HARD_LIMIT
from waypost.platform.http import Breaker, Patience, Trust, WayOut
from waypost.platform.http.addresses import Network
from waypost.platform.http.hardening import Hardening, tls_context
from waypost.platform.safety.vault import Vault

LARGEST_ANSWER = 64 * 1024 * 1024
CONNECT_SECONDS = 5.0
MOST_TRUSTS = 50
"""Ways to judge certificates that are kept at hand."""


@dataclass(slots=True)
class Zammads:
    """How every installation is reached; remembers for as long as the process lives how each removes a tag."""

    vault: Vault
    hardening: Hardening = field(default_factory=Hardening)
    allowed: tuple[Network, ...] = ()
    """Private networks that tenants' addresses may lie in."""
    breaker: Breaker = field(default_factory=Breaker)
    _removing: dict[UUID, Removing] = field(default_factory=dict)
    _trusts: dict[tuple[bool, str | None], ssl.SSLContext | None] = field(default_factory=dict, repr=False)

    @asynccontextmanager
    async def open(self, source: Source) -> AsyncIterator[Zammad]:
        """A signed-in client for as long as the block lasts. Refuses addresses that are not allowed."""
        async with self.signed_in(source, token_of(source, self.vault), LARGEST_ANSWER) as zammad:
            zammad.removing = self._removing.get(source.id)
            yield zammad
            if zammad.removing:
                self._removing[source.id] = zammad.removing

    @asynccontextmanager
    async def signed_in(self, source: Source, token: str, largest: int) -> AsyncIterator[Zammad]:
        """The same with a token that is not kept yet."""
        await self._judge(source)
        async with self._way_out(source, largest) as out, self._way_out(source, _room(source)) as files:
            yield Zammad(Calls(source.base_url, token, out, files))

    async def _judge(self, source: Source) -> None:
        """An operator's address follows the archive's rules; a tenant's is judged where it is connected to."""
        operator = source.trust == Trust.OPERATOR
        rules = self.hardening if operator else Hardening(False, *self._encryption(), allow_local_upstreams=True)
        rules.check(source.base_url, verify_tls=source.verify_tls)
        if operator and not self.hardening.trust_env:
            await rules.check_resolved(source.base_url)

    def _encryption(self) -> tuple[bool, bool]:
        return self.hardening.allow_insecure_http, self.hardening.allow_insecure_tls

    def _way_out(self, source: Source, largest: int) -> WayOut:
        wait = source.timeout_seconds
        return WayOut(
            Trust(source.trust),
            self.allowed,
            Patience(connect=min(CONNECT_SECONDS, wait), read=wait, total=max(60.0, 10 * wait), max_bytes=largest),
            self.breaker,
            tls=self._trusted(source.verify_tls, source.ca_pem),
            trust_env=self.hardening.trust_env,
        )

    def _trusted(self, verify: bool, ca_pem: str | None) -> ssl.SSLContext | None:
        """Making a context takes longer than a call: each is made once."""
        if (verify, ca_pem) not in self._trusts:
            if len(self._trusts) >= MOST_TRUSTS:
                self._trusts.clear()
            self._trusts[verify, ca_pem] = tls_context(verify=verify, ca_pem=ca_pem)
        return self._trusts[verify, ca_pem]


def _room(source: Source) -> int:
    return source.max_file_bytes or HARD_LIMIT
