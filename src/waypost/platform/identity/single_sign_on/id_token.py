"""What a provider says of a person, believed only after every check of OpenID Connect Core 1.0, section 3.1.3.7."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from typing import Any

from joserfc import jwt
from joserfc.errors import ClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from waypost.platform.errors import Forbidden

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures with a provider's private key; never `none`, never a secret that we share with it."""
LEEWAY_SECONDS = 60
OLDEST_SECONDS = 600
"""A token is made for this very sign-in; an older one was kept by somebody."""
SECOND = frozenset({"mfa", "otp", "hwk", "fpt", "sms", "swk"})
"""Methods (RFC 8176) that tell of a second factor at the provider; `mfa` says so itself."""


class TokenRefused(Forbidden):
    """The provider's word about you could not be verified."""


class KeyUnknown(TokenRefused):
    """The provider signed with a key that it does not publish."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Whose token it must be, for whom, for which sign-in."""

    issuer: str
    client_id: str
    nonce: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Claims:
    """A person as the provider knows them; `email` only when the provider has verified it."""

    issuer: str
    subject: str
    email: str | None
    name: str | None
    by_two_factors: bool = False


def read_id_token(token: str, keys: KeySet, expected: Expected, now: datetime) -> Mapping[str, Any]:
    """The claims of a token that holds. Refuses (403): `KeyUnknown` so that keys may be fetched anew, all else at once.

    Checks signature, algorithm, issuer, audience and authorised party, expiry, age, nonce.
    """
    try:
        claims = jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
        _registry(expected, now).validate(claims)
    except InvalidKeyIdError:
        raise KeyUnknown from None
    except ClaimError as error:
        raise TokenRefused(f"The provider's token does not fit: {error.claim}") from None
    except (JoseError, ValueError, KeyError, TypeError):
        raise TokenRefused from None
    _check_rest(claims, expected, now)
    return claims


def claims_of(claims: Mapping[str, Any], issuer: str) -> Claims:
    """What we use of verified claims."""
    email, name, methods = claims.get("email"), claims.get("name"), claims.get("amr")
    verified = claims.get("email_verified") in (True, "true") and isinstance(email, str)
    used = {each for each in methods if isinstance(each, str)} if isinstance(methods, list) else set()
    return Claims(
        issuer=issuer,
        subject=str(claims["sub"]),
        email=str(email).strip().lower() if verified else None,
        name=name[:200] if isinstance(name, str) else None,
        by_two_factors="mfa" in used or ("pwd" in used and bool(used & SECOND)),
    )


def _registry(expected: Expected, now: datetime) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True},
    )


def _check_rest(claims: Mapping[str, Any], expected: Expected, now: datetime) -> None:
    audience, party, nonce, subject = claims["aud"], claims.get("azp"), claims["nonce"], claims["sub"]
    if isinstance(audience, list) and len(audience) > 1 and party is None:
        raise TokenRefused("The provider's token does not fit: azp")
    if party is not None and party != expected.client_id:
        raise TokenRefused("The provider's token does not fit: azp")
    if not isinstance(nonce, str) or not compare_digest(nonce.encode(), expected.nonce.encode()):
        raise TokenRefused("The provider's token does not fit: nonce")
    if not isinstance(subject, str) or len(subject) > 255:
        raise TokenRefused("The provider's token does not fit: sub")
    if now.timestamp() - float(claims["iat"]) > OLDEST_SECONDS:
        raise TokenRefused("The provider's token does not fit: iat")
