"""A real SMTP server (aiosmtpd) that can misbehave at each step, on a free port of this machine."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Fault(StrEnum):
    """What goes wrong with one mail."""

    BUSY_AT_RCPT = "450 4.2.1 come back later"
    NOBODY_AT_RCPT = "550 5.1.1 nobody here by that name"
    BUSY_AT_DATA = "451 4.3.0 try again later"
    REFUSED_AT_DATA = "554 5.7.1 not wanted here"
    NONSENSE_AT_DATA = "what was that"
    TAKEN_THEN_GONE = "taken, and the line breaks before the answer"
    GONE_AT_DATA = "lost, and the line breaks before the answer"
    GONE_AT_RCPT = "the line breaks while it is told the recipients"


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that the server answers for."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


@dataclass(slots=True)
class MailServer:
    """The server: `faults` happen to the next mails, in order; `taken` are mails that arrived."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    faults: list[Fault | None] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    password: str = "the relay's password"
    meanwhile: Any = None
    """Called with the mail in hand, before the answer: what a test lets happen right then."""

    @property
    def fault(self) -> Fault | None:
        """What happens to the present mail."""
        return self.faults[0] if self.faults else None

    async def handle_RCPT(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Recipients one by one; the second one meets the fault when there are two."""
        if self.fault is Fault.GONE_AT_RCPT:
            self.faults.pop(0)
            hang_up(server)
        if self.fault in (Fault.BUSY_AT_RCPT, Fault.NOBODY_AT_RCPT):
            return str(self.faults.pop(0))
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """The mail itself."""
        fault = self.faults.pop(0) if self.faults else None
        if fault in (None, Fault.TAKEN_THEN_GONE):
            content = envelope.content
            assert isinstance(content, bytes)
            self.taken.append(Taken(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        if self.meanwhile is not None:
            await self.meanwhile()
        if fault in (Fault.TAKEN_THEN_GONE, Fault.GONE_AT_DATA):
            hang_up(server)
        return str(fault) if fault else f"250 2.0.0 OK: queued as Q{len(self.taken)}"

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, data: Any) -> AuthResult:
        """One login."""
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        return AuthResult(success=data.password.decode() == self.password, handled=False)


def hang_up(server: SMTP) -> None:
    """Without a word."""
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


@asynccontextmanager
async def mail_server(
    *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, login: bool = False
) -> AsyncIterator[MailServer]:
    """For as long as the block lasts."""
    server = MailServer()
    loop = asyncio.get_running_loop()
    options: dict[str, Any] = {"hostname": "relay.example", "ident": "test", "loop": loop, "tls_context": starttls}
    if login:
        options |= {"authenticator": server.authenticate, "auth_required": True}
    listening = await loop.create_server(lambda: SMTP(server, **options), "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()
