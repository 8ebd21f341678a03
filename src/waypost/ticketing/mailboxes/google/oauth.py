"""Consent at Google (RFC 6749 with PKCE, RFC 7636): the address to send people to, codes and tokens."""

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from waypost.platform.http import WayOut
from waypost.platform.http.waiting import told_to_wait
from waypost.ticketing.mailboxes.google.answers import Tokens, read, reasons
from waypost.ticketing.mailboxes.google.terms import GoogleTerms
from waypost.ticketing.mailboxes.google.words import (
    ConsentNeeded,
    ExchangeFailed,
    GoogleBusy,
    GoogleRefuses,
    GoogleSilent,
    GoogleUnclear,
)


def challenge(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636, 4.2)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Reply:
    """What the token address answers."""

    status: int
    content: bytes = field(repr=False)
    wait: timedelta | None


@dataclass(frozen=True, slots=True)
class GoogleConsent:
    """Our client at Google's authorisation server."""

    terms: GoogleTerms
    way_out: WayOut

    def address(self, state: str, verifier: str, *, redirect: str | None = None, hint: str | None = None) -> str:
        """Where a person agrees; refuses with `GoogleNotSetUp`. `hint` preselects an account."""
        self.terms.check()
        asked = {
            "client_id": self.terms.client_id,
            "redirect_uri": redirect or self.terms.redirect,
            "response_type": "code",
            "scope": " ".join(self.terms.scopes),
            "state": state,
            "access_type": "offline",
            "prompt": "consent",
            "include_granted_scopes": "true",
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        if hint:
            asked["login_hint"] = hint
        separator = "&" if "?" in self.terms.places.consent else "?"
        return self.terms.places.consent + separator + urlencode(asked)

    async def exchange(self, code: str, verifier: str, *, redirect: str | None = None) -> Tokens:
        """The tokens of a code, which works once; refuses with `ExchangeFailed`."""
        answer = await self._post(
            self.terms.places.token,
            code=code,
            redirect_uri=redirect or self.terms.redirect,
            grant_type="authorization_code",
            code_verifier=verifier,
        )
        if answer.status >= 400:
            raise ExchangeFailed
        return read(Tokens, answer.content)

    async def refresh(self, refresh_token: str) -> Tokens:
        """A new access token; refuses with `ConsentNeeded` when the grant is over, else with what passes by itself."""
        answer = await self._post(self.terms.places.token, refresh_token=refresh_token, grant_type="refresh_token")
        if answer.status < 400:
            return read(Tokens, answer.content)
        if answer.status == 429:
            raise GoogleBusy(retry_after=answer.wait)
        if answer.status >= 500:
            raise GoogleSilent(f"Google answers {answer.status}", retry_after=answer.wait)
        _, code = reasons(answer.content)
        if code == "invalid_grant":
            raise ConsentNeeded
        if code in ("invalid_client", "unauthorized_client"):
            raise GoogleRefuses("Google does not know our client: check GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET")
        raise GoogleUnclear(f"Google answers {answer.status}")

    async def revoke(self, refresh_token: str) -> None:
        """Give access back (RFC 7009); a grant that is over already counts as given back."""
        answer = await self._send(self.terms.places.revocation, {"token": refresh_token})
        if answer.status == 429 or answer.status >= 500:
            raise GoogleSilent(f"Google answers {answer.status}", retry_after=answer.wait)

    async def _post(self, place: str, **words: str) -> Reply:
        self.terms.check()
        client = {"client_id": self.terms.client_id, "client_secret": self.terms.client_secret}
        return await self._send(place, {**words, **client})

    async def _send(self, place: str, words: dict[str, str]) -> Reply:
        answer = await self.way_out.send("POST", place, data=words)
        return Reply(answer.status_code, answer.content, told_to_wait(answer.headers))
