"""What an operator may say about Gmail."""

from pydantic import Field, SecretStr

from waypost.platform.settings import Group
from waypost.ticketing.mailboxes.google.terms import GoogleTerms, Places, Push

CALLBACK = "/mailboxes/gmail/oauth/callback"
PUSH = "/mailboxes/gmail/push"
STANDARD = Places()


class GoogleSettings(Group):
    """The Gmail group."""

    google_client_id: str = Field("", validation_alias="GOOGLE_CLIENT_ID")
    """Our client at Google; without one Gmail mailboxes cannot be connected."""
    google_client_secret: SecretStr = Field(SecretStr(""), validation_alias="GOOGLE_CLIENT_SECRET")
    """The secret of that client."""
    google_auth_url: str = Field(STANDARD.consent, validation_alias="GOOGLE_AUTH_URL")
    """Google's page of consent; another address for a stand-in."""
    google_token_url: str = Field(STANDARD.token, validation_alias="GOOGLE_TOKEN_URL")
    """Where codes and refresh tokens become access tokens."""
    google_revoke_url: str = Field(STANDARD.revocation, validation_alias="GOOGLE_REVOKE_URL")
    """Where access is given back when a mailbox is disconnected."""
    google_jwks_url: str = Field(STANDARD.keys, validation_alias="GOOGLE_JWKS_URL")
    """Keys that the tokens of Google's pushes are signed with."""
    gmail_api_base_url: str = Field(STANDARD.api, validation_alias="GMAIL_API_BASE_URL")
    """The Gmail interface."""
    gmail_sending: bool = Field(False, validation_alias="GMAIL_SENDING")
    """Also ask for the right to send, so that replies may leave through the connected account."""
    gmail_quota_per_minute: int = Field(15_000, ge=600, validation_alias="GMAIL_QUOTA_UNITS_PER_MINUTE")
    """Units that Google allows one mailbox in a minute; a get and a list cost 5, a page of history 2."""
    gmail_parallel: int = Field(8, ge=1, le=50, validation_alias="GMAIL_PARALLEL_FETCHES")
    """Mails of one mailbox that are fetched at once."""
    gmail_batch: int = Field(25, ge=0, le=50, validation_alias="GMAIL_BATCH_SIZE")
    """Mails in one request to Google's batch interface, which costs us a tenth; 0 fetches each by itself."""
    gmail_push_topic: str = Field("", validation_alias="GMAIL_PUSH_TOPIC")
    """Pub/Sub topic (`projects/…/topics/…`) that Google tells of new mail; empty: we only look every minute."""
    gmail_push_audience: str = Field("", validation_alias="GMAIL_PUSH_AUDIENCE")
    """Audience in the token of a push; by default the address of the door."""
    gmail_push_service_account: str = Field("", validation_alias="GMAIL_PUSH_SERVICE_ACCOUNT")
    """Account that signs the pushes of the subscription; without it pushes are refused."""

    def terms(self, base: str, frontend: str | None, default_org: str) -> GoogleTerms:
        """As the client understands them; `base` is `API_BASE_URL`, `frontend` is `FRONTEND_URL`."""
        places = Places(
            self.google_auth_url,
            self.google_token_url,
            self.google_revoke_url,
            self.google_jwks_url,
            self.gmail_api_base_url.rstrip("/"),
        )
        audience = self.gmail_push_audience or f"{base}{PUSH}"
        return GoogleTerms(
            client_id=self.google_client_id,
            client_secret=self.google_client_secret.get_secret_value(),
            places=places,
            redirect=f"{base}{CALLBACK}",
            connected=f"{frontend or ''}/mailboxes/connected",
            sends=self.gmail_sending,
            units_per_minute=self.gmail_quota_per_minute,
            parallel=self.gmail_parallel,
            batch=self.gmail_batch,
            push=Push(self.gmail_push_topic, audience, self.gmail_push_service_account),
            default_org=default_org,
        )
