"""What people type to connect an IMAP mailbox or to change its login, parsed once, for form and program alike."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from waypost.platform.http.addresses import Trust
from waypost.ticketing.mailboxes.actions import NewImap
from waypost.ticketing.mailboxes.imap_words import ImapLogin, Tls
from waypost.ticketing.mailboxes.models import ImapAccount, Purpose

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=320, pattern=r"^[^\x00-\x1f]+$")
]
Port = Annotated[int, Field(ge=1, le=65535)]
Password = Annotated[SecretStr, Field(min_length=1, max_length=1_000)]


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
    port: Port | None = None
    tls: Tls = Tls.SSL
    username: Line | None = None
    password: Password
    folder: Line = "INBOX"
    purpose: Annotated[Purpose, AfterValidator(_choice)] = Purpose.USER
    display_name: Line | None = None
    only_new: bool = False

    def described(self, trust: Trust) -> NewImap:
        """As the action takes it."""
        port = self.port or _usual_port(self.tls)
        user = self.username or self.email_address
        login = ImapLogin(self.host, port, self.tls, user, self.password.get_secret_value(), self.folder, trust)
        return NewImap(self.email_address, login, self.purpose, self.display_name, self.only_new)


class TypedLogin(BaseModel):
    """A new login for a mailbox that is connected: the same words, all but the password left out when they stay.

    Port: by default that of the protection where one is named, else the one that stands.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    password: Password
    host: Line | None = None
    port: Port | None = None
    tls: Tls | None = None
    username: Line | None = None
    folder: Line | None = None

    def instead_of(self, account: ImapAccount) -> ImapLogin:
        """The whole login. A server that stays keeps the word of whoever wrote it down; a new one is a tenant's."""
        tls = self.tls or Tls(account.tls)
        host = self.host or account.host
        port = self.port or (account.port if self.tls is None else _usual_port(tls))
        stays = (host.lower(), port) == (account.host.lower(), account.port)
        trust = Trust(account.trust) if stays else Trust.TENANT
        user, folder = self.username or account.user, self.folder or account.folder
        return ImapLogin(host, port, tls, user, self.password.get_secret_value(), folder, trust)


def _usual_port(tls: Tls) -> int:
    return 993 if tls is Tls.SSL else 143
