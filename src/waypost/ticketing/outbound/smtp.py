"""The operator's relay: one mail, one connection (RFC 5321). It cannot be asked later what it took."""

import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import aiosmtplib
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupported,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from waypost.ticketing.outbound.sender import AnswerLost, Envelope, Leaving, NotNow, Rejected, Sent

GONE = (OSError, SMTPServerDisconnected, TimeoutError)
"""The line broke or fell silent."""


class RelaySilent(NotNow):
    """The mail relay does not answer."""


class RelayRefusesLogin(NotNow):
    """The mail relay refuses our login."""


class RelayNotEncrypted(NotNow):
    """The mail relay does not offer the encryption that SMTP_TLS demands."""


class RelayNotTrusted(NotNow):
    """The certificate of the mail relay is not trusted."""


@dataclass(frozen=True, slots=True)
class Relay:
    """How the relay is reached; times in seconds."""

    host: str
    port: int
    tls: Literal["starttls", "ssl", "plain"] = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    timeout: float = 30


@dataclass(slots=True)
class SmtpSender:
    """Sends at most once: a lost answer is never repeated by itself (ruling of the house: `unknown`)."""

    relay: Relay
    looks_up: bool = False

    async def send(self, envelope: Envelope, leaving: Leaving) -> Sent:
        """All recipients or none: one that is refused stops the mail before it leaves."""
        client = self._client()
        try:
            await self._open(client)
            await _introduce(client, envelope)
            await leaving()
            return await _hand_over(client, envelope.raw)
        finally:
            await _leave(client)

    async def find(self, envelope: Envelope) -> Sent | None:
        """A relay keeps no list of what it took."""
        raise NotNow

    def _client(self) -> aiosmtplib.SMTP:
        relay = self.relay
        return aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            timeout=relay.timeout,
            use_tls=relay.tls == "ssl",
            start_tls=relay.tls == "starttls",
            tls_context=_trust(relay),
        )

    async def _open(self, client: aiosmtplib.SMTP) -> None:
        try:
            await client.connect()
            if self.relay.username:
                await client.login(self.relay.username, self.relay.password)
        except SMTPAuthenticationError as error:
            raise RelayRefusesLogin from error
        except (SMTPException, OSError) as error:
            raise _unopened(error) from error


def _unopened(error: Exception) -> NotNow:
    """Why the connection could not be used: what the operator can mend is told apart from silence."""
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return RelayNotTrusted()
    if isinstance(error, SMTPNotSupported) or "STARTTLS" in str(error):
        return RelayNotEncrypted()
    return RelaySilent()


def _trust(relay: Relay) -> ssl.SSLContext | None:
    return None if relay.tls == "plain" else ssl.create_default_context(cafile=relay.ca_file)


async def _introduce(client: aiosmtplib.SMTP, envelope: Envelope) -> None:
    """Sender and recipients. A refusal for good names the recipient to whoever reads the ticket."""
    try:
        await client.mail(envelope.sender, options=["BODY=8BITMIME"] if client.supports_extension("8bitmime") else [])
        for recipient in envelope.recipients:
            await client.rcpt(recipient)
    except SMTPResponseException as error:
        raise _refused(error) from error
    except GONE as error:
        raise RelaySilent from error


async def _hand_over(client: aiosmtplib.SMTP, raw: bytes) -> Sent:
    """From here on silence means that nobody knows."""
    try:
        answer = await client.data(raw)
    except SMTPResponseException as error:
        if 400 <= error.code < 600:
            raise _refused(error) from error
        raise AnswerLost from error
    except (*GONE, SMTPException) as error:
        raise AnswerLost from error
    return Sent(_queue_name(answer.message))


def _refused(error: SMTPResponseException) -> NotNow | Rejected:
    """By the first digit of the reply code (RFC 5321 section 4.2.1); the server's words go to people, not to logs."""
    said = " ".join(str(error.message).split())[:300]
    sentence = f"The mail relay answered {error.code}: {said}"
    return Rejected(sentence) if 500 <= error.code < 600 else NotNow(sentence)


def _queue_name(message: str) -> str | None:
    return " ".join(message.split())[:200] or None


async def _leave(client: aiosmtplib.SMTP) -> None:
    if client.is_connected:
        with suppress(SMTPException, OSError):
            await client.quit(timeout=2)
    client.close()
