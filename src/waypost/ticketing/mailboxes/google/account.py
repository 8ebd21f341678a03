"""Opens accounts: what a process holds of Google, and the grants it has in hand."""

from dataclasses import dataclass, field
from uuid import UUID

from waypost.platform.http import Patience, Trust, WayOut
from waypost.platform.safety.vault import Vault
from waypost.ticketing.mailboxes.google.access import Grant
from waypost.ticketing.mailboxes.google.calls import Calls
from waypost.ticketing.mailboxes.google.client import GmailClient
from waypost.ticketing.mailboxes.google.models import OAuthCredential
from waypost.ticketing.mailboxes.google.oauth import GoogleConsent
from waypost.ticketing.mailboxes.google.quota import Bucket, Buckets
from waypost.ticketing.mailboxes.google.terms import GoogleTerms

PATIENCE = Patience(read=30, total=120, max_bytes=80_000_000)
"""A mail of 50 MB grows by a third in base64."""


def refresh_place(org: UUID, subject: str) -> str:
    """What a sealed refresh token is bound to, as documented."""
    return f"oauth_credentials:{org}:google:{subject}"


@dataclass(slots=True)
class Google:
    """A part of the process."""

    terms: GoogleTerms
    vault: Vault
    way_out: WayOut = field(default_factory=lambda: WayOut(Trust.OPERATOR, patience=PATIENCE))
    consent: GoogleConsent = field(init=False)
    buckets: Buckets = field(init=False)
    _grants: dict[UUID, tuple[bytes, Grant]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.consent = GoogleConsent(self.terms, self.way_out)
        self.buckets = Buckets(self.terms.units_per_minute)

    def client(self, credential: OAuthCredential, mailbox: UUID) -> GmailClient:
        """A mailbox's client; refuses when our keys do not open its credential. A new consent begins a new grant."""
        sealed = credential.sealed_refresh_token
        known = self._grants.get(credential.id)
        if known is None or known[0] != sealed:
            opened = self.vault.open(sealed, refresh_place(credential.org_id, credential.subject)).decode()
            known = self._grants[credential.id] = (sealed, Grant(self.consent, opened))
        return self._with(known[1], self.buckets.of(mailbox))

    def fresh(self, access_token: str, seconds: float) -> GmailClient:
        """A client for a consent that is not kept yet."""
        grant = Grant(self.consent, "")
        grant.given(access_token, seconds)
        return self._with(grant, Bucket(self.terms.units_per_minute))

    def _with(self, grant: Grant, bucket: Bucket) -> GmailClient:
        calls = Calls(self.terms.places.api, self.way_out, grant, bucket)
        return GmailClient(calls, self.terms.parallel, self.terms.batch)

    async def close(self) -> None:
        """Give the connections back."""
        await self.way_out.close()
