"""The installation's identity provider: found by discovery, its keys cached and fetched anew when it signs with others.

Addresses are the operator's own (OIDC_ISSUER), or come from the document that this address serves.
"""

import asyncio
import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from waypost.platform.errors import Refusal, Unavailable
from waypost.platform.http import Patience, Trust, WayOut
from waypost.platform.identity.settings import IdentitySettings
from waypost.platform.identity.single_sign_on.id_token import (
    Claims,
    Expected,
    KeyUnknown,
    TokenRefused,
    claims_of,
    read_id_token,
)

DISCOVERY = "/.well-known/openid-configuration"
FRESH = timedelta(hours=1)
"""How long discovery and keys are believed without asking again."""
REFETCH = timedelta(minutes=1)
"""How soon an unknown key may make us ask again: forged tokens must not make us knock all day."""
PATIENCE = Patience(connect=5, read=10, total=15, max_bytes=1_000_000)


class ProviderSilent(Unavailable):
    """The sign-in provider does not answer as it should."""


class CodeRefused(TokenRefused):
    """The provider did not accept what it gave us a moment ago."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are at the provider."""

    issuer: str
    id: str
    secret: str | None = field(repr=False)
    scopes: str
    redirect: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit at the provider carries: three values that only the visiting browser can name again."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(slots=True)
class Provider:
    """Asks one provider; keep one per process."""

    client: Client
    out: WayOut
    _document: Mapping[str, Any] | None = None
    _keys: KeySet | None = None
    _found_at: datetime | None = None
    _keys_at: datetime | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def sign_in_address(self, visit: Visit, now: datetime) -> str:
        """Where to send a browser (RFC 6749, 4.1.1; RFC 7636, 4.3)."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(visit.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": self.client.redirect,
            "scope": self.client.scopes,
            "state": visit.state,
            "nonce": visit.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return _with(str((await self._described(now))["authorization_endpoint"]), asked)

    async def sign_out_address(self, back: str, now: datetime) -> str | None:
        """Where a browser ends its session at the provider too; None when it offers no such place."""
        end = (await self._described(now)).get("end_session_endpoint")
        if not isinstance(end, str):
            return None
        return _with(end, {"client_id": self.client.id, "post_logout_redirect_uri": back})

    async def person_of(self, code: str, visit: Visit, now: datetime) -> Claims:
        """Who came back with `code`. Refuses 403 what does not hold, 503 when the provider is silent."""
        answer = await self._exchange(code, visit, now)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise TokenRefused
        claims = dict(await self._verified(token, visit, now))
        if "email" not in claims and isinstance(answer.get("access_token"), str):
            claims |= await self._told_apart(str(answer["access_token"]), str(claims["sub"]), now)
        return claims_of(claims, self.client.issuer)

    async def close(self) -> None:
        """Give the connections back."""
        await self.out.close()

    async def _verified(self, token: str, visit: Visit, now: datetime) -> Mapping[str, Any]:
        expected = Expected(self.client.issuer, self.client.id, visit.nonce)
        try:
            return read_id_token(token, await self._published(now, FRESH), expected, now)
        except KeyUnknown:
            return read_id_token(token, await self._published(now, REFETCH), expected, now)

    async def _exchange(self, code: str, visit: Visit, now: datetime) -> Mapping[str, Any]:
        described = await self._described(now)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.redirect,
            "code_verifier": visit.verifier,
        }
        options: dict[str, Any] = {}
        if self.client.secret and "client_secret_basic" in _ways(described):
            pair = f"{_quoted(self.client.id)}:{_quoted(self.client.secret)}".encode()
            options["headers"] = {"authorization": f"Basic {base64.b64encode(pair).decode()}"}
        else:
            form |= {"client_id": self.client.id} | (
                {"client_secret": self.client.secret} if self.client.secret else {}
            )
        status, answer = await self._ask("POST", str(described["token_endpoint"]), data=form, **options)
        if status != 200:
            raise CodeRefused if 400 <= status < 500 else ProviderSilent
        return answer

    async def _told_apart(self, access_token: str, subject: str, now: datetime) -> Mapping[str, Any]:
        """What the provider tells at its other door only; about the same person, or nothing."""
        place = (await self._described(now)).get("userinfo_endpoint")
        if not isinstance(place, str):
            return {}
        status, told = await self._ask("GET", place, headers={"authorization": f"Bearer {access_token}"})
        return {} if status != 200 or told.get("sub") != subject else told

    async def _described(self, now: datetime) -> Mapping[str, Any]:
        async with self._turn:
            if self._document is None or self._found_at is None or now - self._found_at > FRESH:
                status, found = await self._ask("GET", self.client.issuer.rstrip("/") + DISCOVERY)
                if status != 200 or found.get("issuer") != self.client.issuer or not _whole(found):
                    raise ProviderSilent
                self._document, self._found_at = found, now
            return self._document

    async def _published(self, now: datetime, age: timedelta) -> KeySet:
        """The provider's keys, not older than `age`."""
        described = await self._described(now)
        async with self._turn:
            if self._keys is None or self._keys_at is None or now - self._keys_at > age:
                status, found = await self._ask("GET", str(described["jwks_uri"]))
                try:
                    keys = KeySet.import_key_set({"keys": [key for key in found["keys"] if key.get("kty") != "oct"]})
                except (JoseError, KeyError, TypeError, ValueError, AttributeError):
                    raise ProviderSilent from None
                if status != 200:
                    raise ProviderSilent
                self._keys, self._keys_at = keys, now
            return self._keys

    async def _ask(self, method: str, url: str, **options: Any) -> tuple[int, dict[str, Any]]:
        headers = {"accept": "application/json", **options.pop("headers", {})}
        try:
            answer = await self.out.send(method, url, headers=headers, **options)
            found = msgspec.json.decode(answer.content, type=dict[str, Any]) if answer.content else {}
        except (Refusal, msgspec.DecodeError):
            raise ProviderSilent from None
        return answer.status_code, found


def provider_of(settings: IdentitySettings, home: str) -> Provider:
    """The provider that the operator configured."""
    assert settings.oidc_issuer is not None and settings.oidc_client_id is not None
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
    redirect = f"{home}/auth/oidc/callback"
    client = Client(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_scopes, redirect)
    return Provider(client, WayOut(Trust.OPERATOR, patience=PATIENCE))


def _ways(described: Mapping[str, Any]) -> list[str]:
    """How a client may prove itself; Discovery 1.0 says what holds when nothing is said."""
    return list(described.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"])


def _whole(described: Mapping[str, Any]) -> bool:
    """Whether it names all places that we go to, over HTTPS wherever the issuer itself is."""
    places = [described.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    safe = urlsplit(str(described["issuer"])).scheme == "https"
    return all(isinstance(place, str) and place.startswith("https://" if safe else "http") for place in places)


def _with(address: str, query: Mapping[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(query)}"


def _quoted(text: str) -> str:
    """As RFC 6749, 2.3.1 asks of names and secrets in Basic."""
    return urlencode({"": text})[1:]
