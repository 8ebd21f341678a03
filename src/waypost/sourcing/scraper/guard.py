"""Who may hand tasks over and replay: a bearer token, or under Cloud Tasks an ID token (sourcing.md 2.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import compare_digest

from waypost.platform.clock import Clock, utc_now
from waypost.platform.errors import NotSignedIn, Refusal
from waypost.platform.observe import logs
from waypost.sourcing.scraper import figures
from waypost.sourcing.wire.tokens import IdTokens, Reason, TokenFault, bearer

_log = logs.line("waypost.sourcing.scraper.guard")


class Stranger(NotSignedIn):
    """Unauthorized."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets a caller in, or refuses with `Stranger`; the reason stands in the log alone."""

    token: str | None = field(default=None, repr=False)
    id_tokens: IdTokens | None = None
    """None: no ID token is believed."""
    audience: str = ""
    email: str | None = None
    clock: Clock = utc_now

    async def admit(self, headers: Mapping[str, str], address: str) -> None:
        """Judge the `Authorization` header."""
        given = bearer(headers.get("authorization", ""))
        reason = await self._fault(given)
        if reason is not None:
            figures.REFUSED.labels(reason).inc()
            _log.warning("scraper.refused", reason=reason, address=address)
            raise Stranger

    async def _fault(self, given: str) -> str | None:
        if not given:
            return Reason.MISSING.value
        if self.token is not None and compare_digest(given.encode(errors="replace"), self.token.encode()):
            return None
        if self.id_tokens is None:
            return Reason.MISMATCH.value
        try:
            await self.id_tokens.verify(given, self.audience, self.email, self.clock())
        except TokenFault as fault:
            return fault.reason.value
        except Refusal:
            return "keys-unreachable"
        return None
