"""Google's ID tokens, read and minted: how a caller without a shared token proves who it is (sourcing.md 2.2). Pure."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hmac import compare_digest
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeGuard

from waypost.sourcing.wire.minting import Minter

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

__all__ = ["ISSUERS", "KEYS", "IdTokens", "Minter", "Reason", "TokenFault", "bearer", "faulty"]

ISSUERS = ("https://accounts.google.com", "accounts.google.com")
KEYS = "https://www.googleapis.com/oauth2/v3/certs"
"""Where Google publishes its public keys."""
LEEWAY_SECONDS = 60
KEPT, SHORTEST = timedelta(hours=1), timedelta(minutes=1)
"""How long keys are believed, and the least time between two looks for a key that is not among them."""
LONGEST_TOKEN = 8_192

FetchKeys = Callable[[], Awaitable[Mapping[str, Any]]]
"""The issuer's key set (RFC 7517, 5) as it stands now."""


class Reason(StrEnum):
    """Why a token is refused, as the log says it; the sender is told no more than 401."""

    MISSING = "missing"
    EXPIRED = "expired"
    EARLY = "not-yet-valid"
    AUDIENCE = "audience"
    ISSUER = "issuer"
    EMAIL = "email"
    MISMATCH = "mismatch"


class TokenFault(Exception):
    """A token does not hold; `reason` is for the log alone."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(slots=True)
class IdTokens:
    """Verifies ID tokens (RS256) of one set of issuers; keeps their public keys for an hour."""

    fetch_keys: FetchKeys
    issuers: Collection[str] = ISSUERS
    _keys: "KeySet | None" = field(default=None, repr=False)
    _fetched_at: datetime | None = None

    async def verify(self, token: str, audience: str, email: str | None, now: datetime) -> Mapping[str, Any]:
        """The claims of a token for `audience`, and of the account `email` where one is named.

        Raises `TokenFault`; what `fetch_keys` raises is let through, since nothing can be said of the token then.
        """
        if not token:
            raise TokenFault(Reason.MISSING)
        if len(token) > LONGEST_TOKEN:
            raise TokenFault(Reason.MISMATCH)
        claims = await self._signed(token, now)
        fault = faulty(claims, self.issuers, audience, email, now)
        if fault is not None:
            raise TokenFault(fault)
        return claims

    async def _signed(self, token: str, now: datetime) -> Mapping[str, Any]:
        """An unknown key may be a new one, so the keys are fetched again, but not at every lie."""
        keys = await self._current(KEPT, now)
        claims = _decoded(token, keys)
        if claims is None:
            renewed = await self._current(SHORTEST, now)
            claims = _decoded(token, renewed) if renewed is not keys else None
        if claims is None:
            raise TokenFault(Reason.MISMATCH)
        return claims

    async def _current(self, oldest: timedelta, now: datetime) -> "KeySet":
        from joserfc.jwk import KeySet

        if self._keys is None or self._fetched_at is None or now - self._fetched_at >= oldest:
            found = (await self.fetch_keys())["keys"]
            self._keys = KeySet.import_key_set({"keys": [key for key in found if key.get("kty") == "RSA"]})
            self._fetched_at = now
        return self._keys


def faulty(
    claims: Mapping[str, Any], issuers: Collection[str], audience: str, email: str | None, now: datetime
) -> Reason | None:
    """What is wrong with signed claims; None where nothing is."""
    untimely = _untimely(claims, now.timestamp())
    if untimely is not None:
        return untimely
    if claims.get("iss") not in issuers:
        return Reason.ISSUER
    named = claims.get("aud")
    if audience not in (named if isinstance(named, list) else [named]):
        return Reason.AUDIENCE
    if email is not None and not _is_account(claims, email):
        return Reason.EMAIL
    return None


def _untimely(claims: Mapping[str, Any], moment: float) -> Reason | None:
    """`iat` and `nbf` must not lie ahead, `exp` must be there and not lie behind (RFC 7519, 4.1)."""
    until, since = claims.get("exp"), claims.get("iat", 0)
    begins = claims.get("nbf", since)
    if not _is_number(until) or not _is_number(since) or not _is_number(begins):
        return Reason.MISMATCH
    if max(since, begins) > moment + LEEWAY_SECONDS:
        return Reason.EARLY
    return Reason.EXPIRED if until < moment - LEEWAY_SECONDS else None


def bearer(authorization: str) -> str:
    """The credentials of an `Authorization: Bearer …` header (RFC 6750, 2.1); empty for anything else."""
    scheme, _, given = authorization.partition(" ")
    return given.strip() if scheme.lower() == "bearer" else ""


def _is_account(claims: Mapping[str, Any], email: str) -> bool:
    said = claims.get("email")
    same = isinstance(said, str) and compare_digest(said.encode(errors="replace"), email.encode())
    return same and claims.get("email_verified") is True


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _decoded(token: str, keys: "KeySet") -> Mapping[str, Any] | None:
    from joserfc import jwt
    from joserfc.errors import JoseError

    try:
        return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
