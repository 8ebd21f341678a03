"""An access token for Cloud Tasks, from a service account's key or from the machine itself (RFC 7523, 2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from waypost.platform.clock import Clock, utc_now
from waypost.platform.http import WayOut
from waypost.sourcing.wire.minting import GRANT, NoToken, ServiceAccount

METADATA = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"
SCOPE = "https://www.googleapis.com/auth/cloud-tasks"
EARLY = timedelta(minutes=2)
"""A token is replaced so long before it ends."""
ASSERTED = 300
"""Seconds."""


@dataclass(slots=True)
class AccessTokens:
    """Gives the `Authorization` header for Google's API; the same one while its token lives."""

    out: WayOut
    account: ServiceAccount | None = field(default=None, repr=False)
    metadata: str = METADATA
    clock: Clock = utc_now
    _until: datetime | None = None
    _header: str = field(default="", repr=False)

    async def __call__(self) -> str:
        """`Bearer …`; refuses with `NoToken`, or with what the way out refuses."""
        now = self.clock()
        if self._until is None or now >= self._until:
            told = await (self._by_key(self.account) if self.account else self._by_machine())
            token, seconds = told.get("access_token"), told.get("expires_in")
            if not isinstance(token, str) or not isinstance(seconds, int):
                raise NoToken
            self._header, self._until = f"Bearer {token}", now + timedelta(seconds=seconds) - EARLY
        return self._header

    async def _by_machine(self) -> Mapping[str, Any]:
        answer = await self.out.send("GET", self.metadata, headers={"metadata-flavor": "Google"})
        return _told(answer.content) if answer.status_code == 200 else {}

    async def _by_key(self, account: ServiceAccount) -> Mapping[str, Any]:
        form = {"grant_type": GRANT, "assertion": _asserted(account, self.clock())}
        answer = await self.out.send("POST", account.token_uri, data=form)
        return _told(answer.content) if answer.status_code == 200 else {}


def _asserted(account: ServiceAccount, now: datetime) -> str:
    from joserfc import jwt
    from joserfc.jwk import RSAKey

    moment = int(now.timestamp())
    who = {"iss": account.client_email, "aud": account.token_uri, "scope": SCOPE}
    claims = {**who, "iat": moment, "exp": moment + ASSERTED}
    head = {"alg": "RS256", "typ": "JWT"} | ({"kid": account.private_key_id} if account.private_key_id else {})
    return jwt.encode(head, claims, RSAKey.import_key(account.private_key))


def _told(content: bytes) -> Mapping[str, Any]:
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
