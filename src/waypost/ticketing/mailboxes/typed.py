"""What people type to connect an IMAP mailbox, parsed once, for form and program alike."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from waypost.platform.http.addresses import Trust
from waypost.ticketing.mailboxes.actions import NewImap
from waypost.ticketing.mailboxes.imap_words import ImapLogin, Tls
from waypost.ticketing.mailboxes.models import Purpose

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=320, pattern=r"^[^\x00-\x1f]+$")
]


def _address(text: str) -> str:
    local, _, place = text.rpartition("@")
    if not local or "." not in place or " " in text:
        raise ValueError("An address needs a name, an @ and a place, such as support@acme.example")
    return text.lower()


def _choice(purpose: Purpose) -> Purpose:
    if purpose is Purpose.IMPORT:
        raise ValueError("Imports have a command of their own")
    return purpose


class TypedImap(BaseModel):
    """The form. Port: by default that of the protection (993, or 143 with STARTTLS and without)."""

    model_config = ConfigDict(hide_input_in_errors=True)

    email_address: Annotated[Line, AfterValidator(_address)]
    host: Line
    port: int | None = Field(default=None, ge=1, le=65535)
    tls: Tls = Tls.SSL
    username: Line | None = None
    password: SecretStr = Field(min_length=1, max_length=1_000)
    folder: Line = "INBOX"
    purpose: Annotated[Purpose, AfterValidator(_choice)] = Purpose.USER
    display_name: Line | None = None
    only_new: bool = False

    def described(self, trust: Trust) -> NewImap:
        """As the action takes it."""
        port = self.port or (993 if self.tls is Tls.SSL else 143)
        user = self.username or self.email_address
        login = ImapLogin(self.host, port, self.tls, user, self.password.get_secret_value(), self.folder, trust)
        return NewImap(self.email_address, login, self.purpose, self.display_name, self.only_new)
