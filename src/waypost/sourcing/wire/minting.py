"""Minting ID tokens for calls between the two sides, from a service account's key or from the machine's own identity.

Google's documented ways: a self-signed assertion with `target_audience` (RFC 7523), or the metadata server.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from waypost.platform.clock import Clock, utc_now
from waypost.platform.errors import Unavailable
from waypost.platform.http import WayOut

METADATA = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/identity"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
KEPT = timedelta(minutes=5)
"""How long a header is used again; a token lives for an hour."""
ASSERTION_SECONDS = 300


class NoToken(Unavailable):
    """No ID token could be had for this call."""


class ServiceAccount(msgspec.Struct):
    """What a service account's key file says, as far as it is needed."""

    client_email: str
    private_key: str
    private_key_id: str = ""
    token_uri: str = "https://oauth2.googleapis.com/token"


def service_account(path: Path) -> ServiceAccount:
    """Read a key file; raises ValueError with one sentence that does not repeat its content."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=ServiceAccount)
    except (OSError, msgspec.DecodeError):
        raise ValueError(f"{path} cannot be read as the key of a service account.") from None


@dataclass(slots=True)
class Minter:
    """Gives the `Authorization` header for an audience; the same one for five minutes.

    With `account`, its key signs; else the machine's metadata server is asked.
    """

    out: WayOut
    account: ServiceAccount | None = field(default=None, repr=False)
    metadata: str = METADATA
    clock: Clock = utc_now
    _kept: dict[str, tuple[datetime, str]] = field(default_factory=dict, repr=False)

    async def header(self, audience: str) -> str:
        """`Bearer …`; refuses with `NoToken`, or with what the way out refuses."""
        made_at, known = self._kept.get(audience, (None, ""))
        if made_at is not None and self.clock() - made_at < KEPT:
            return known
        token = await (self._by_key(self.account, audience) if self.account else self._by_machine(audience))
        header = f"Bearer {token}"
        self._kept[audience] = self.clock(), header
        return header

    async def _by_machine(self, audience: str) -> str:
        options = {"params": {"audience": audience, "format": "full"}, "headers": {"metadata-flavor": "Google"}}
        answer = await self.out.send("GET", self.metadata, **options)
        if answer.status_code != 200 or not answer.text.strip():
            raise NoToken
        return answer.text.strip()

    async def _by_key(self, account: ServiceAccount, audience: str) -> str:
        form = {"grant_type": GRANT, "assertion": assertion(account, audience, self.clock())}
        answer = await self.out.send("POST", account.token_uri, data=form)
        token = _told(answer.content).get("id_token") if answer.status_code == 200 else None
        if not isinstance(token, str) or not token:
            raise NoToken
        return token


def assertion(account: ServiceAccount, audience: str, now: datetime) -> str:
    """What the account signs to be given an ID token for `audience`."""
    from joserfc import jwt
    from joserfc.jwk import RSAKey

    moment = int(now.timestamp())
    claims = {
        "iss": account.client_email,
        "sub": account.client_email,
        "aud": account.token_uri,
        "target_audience": audience,
        "iat": moment,
        "exp": moment + ASSERTION_SECONDS,
    }
    head = {"alg": "RS256", "typ": "JWT"} | ({"kid": account.private_key_id} if account.private_key_id else {})
    return jwt.encode(head, claims, RSAKey.import_key(account.private_key))


def _told(content: bytes) -> Mapping[str, Any]:
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
