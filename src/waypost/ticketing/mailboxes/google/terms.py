"""What the operator says about Google, for all mailboxes. Base addresses are terms, so that stand-ins serve."""

from dataclasses import dataclass, field

from waypost.ticketing.mailboxes.google.words import GoogleNotSetUp

READING = "https://www.googleapis.com/auth/gmail.readonly"
SENDING = "https://www.googleapis.com/auth/gmail.send"


@dataclass(frozen=True, slots=True)
class Places:
    """Where Google's interfaces are; full addresses, but for `api`, which is a base without a slash at its end."""

    consent: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token: str = "https://oauth2.googleapis.com/token"
    revocation: str = "https://oauth2.googleapis.com/revoke"
    keys: str = "https://www.googleapis.com/oauth2/v3/certs"
    api: str = "https://gmail.googleapis.com"


@dataclass(frozen=True, slots=True)
class Push:
    """Cloud Pub/Sub: `topic` asks for a watch; `audience` and `account` are what a push's token must name."""

    topic: str = ""
    audience: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class GoogleTerms:
    """Our client at Google, its places and its limits."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    places: Places = field(default_factory=Places)
    redirect: str = "http://localhost:8000/mailboxes/gmail/oauth/callback"
    """Where the browser comes back to with the code; registered at Google."""
    connected: str = "/mailboxes/connected"
    """The page that people see afterwards."""
    sends: bool = False
    """Ask for the right to send as well."""
    units_per_minute: int = 15_000
    """Google's quota for one mailbox (see `quota`)."""
    parallel: int = 8
    """Mails of one mailbox that are fetched at once."""
    page: int = 500
    batch: int = 25
    """Mails in one request to the batch interface; 0 fetches each by itself."""
    push: Push = field(default_factory=Push)
    default_org: str = "Default"
    """Name of the organisation that the documented address of the push belongs to."""

    @property
    def scopes(self) -> tuple[str, ...]:
        """What we ask for, and what must have been granted."""
        return (READING, SENDING) if self.sends else (READING,)

    def check(self) -> None:
        """Refuses with `GoogleNotSetUp` without a client."""
        if not (self.client_id and self.client_secret):
            raise GoogleNotSetUp
