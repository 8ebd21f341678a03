"""The relay over the real protocol: encryption is demanded, logins are made, silence is told apart from refusal."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from tests.wire.certificate import Certificate, make_certificate
from tests.wire.smtp import Fault, MailServer, mail_server
from waypost.ticketing.outbound.sender import AnswerLost, Envelope, NotNow, NoWayOut, Rejected
from waypost.ticketing.outbound.settings import OutboundSettings
from waypost.ticketing.outbound.smtp import Relay, RelayNotEncrypted, RelayNotTrusted, RelayRefusesLogin, SmtpSender

pytestmark = pytest.mark.anyio
RAW = b"From: a@acme.example\r\nSubject: x\r\n\r\nline\r\n.\r\n..two\r\n"
ENVELOPE = Envelope(uuid4(), None, "a@acme.example", ("b@client.example", "c@client.example"), "<x@acme.example>", RAW)


class Leaves:
    """Counts the moments of no return."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self) -> None:
        self.count += 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Of this machine."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


async def test_a_mail_arrives_byte_for_byte() -> None:
    leaves = Leaves()
    async with mail_server() as relay:
        sent = await SmtpSender(Relay("127.0.0.1", relay.port, "plain")).send(ENVELOPE, leaves)
    (taken,) = relay.taken
    assert (taken.sender, taken.recipients, taken.raw) == (ENVELOPE.sender, ENVELOPE.recipients, RAW)
    assert (sent.provider_id, leaves.count) == ("2.0.0 OK: queued as Q1", 1)


@pytest.mark.parametrize(
    ("fault", "end", "leaves"),
    [
        (Fault.BUSY_AT_RCPT, NotNow, 0),
        (Fault.GONE_AT_RCPT, NotNow, 0),
        (Fault.NOBODY_AT_RCPT, Rejected, 0),
        (Fault.BUSY_AT_DATA, NotNow, 1),
        (Fault.REFUSED_AT_DATA, Rejected, 1),
        (Fault.GONE_AT_DATA, AnswerLost, 1),
        (Fault.TAKEN_THEN_GONE, AnswerLost, 1),
        (Fault.NONSENSE_AT_DATA, AnswerLost, 1),
    ],
)
async def test_three_ends_are_told_apart(fault: Fault, end: type[Exception], leaves: int) -> None:
    moments = Leaves()
    async with mail_server() as relay:
        relay.faults.append(fault)
        with pytest.raises(end):
            await SmtpSender(Relay("127.0.0.1", relay.port, "plain", timeout=2)).send(ENVELOPE, moments)
    assert moments.count == leaves


async def test_silence_after_the_mail_is_a_lost_answer_and_before_it_is_not() -> None:
    async with mail_server() as relay:

        async def sleep() -> None:
            await asyncio.sleep(0.6)

        relay.meanwhile = sleep
        with pytest.raises(AnswerLost):
            await SmtpSender(Relay("127.0.0.1", relay.port, "plain", timeout=0.3)).send(ENVELOPE, Leaves())
    async with silent() as port:
        with pytest.raises(NotNow):
            await SmtpSender(Relay("127.0.0.1", port, "plain", timeout=0.3)).send(ENVELOPE, Leaves())


@asynccontextmanager
async def silent() -> AsyncIterator[int]:
    """A port where somebody listens and never says a word."""
    ended = asyncio.Event()

    async def listen(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ended.wait()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    ended.set()
    server.close()
    await server.wait_closed()


async def test_nobody_there() -> None:
    async with mail_server() as relay:
        port = relay.port
    with pytest.raises(NotNow):
        await SmtpSender(Relay("127.0.0.1", port, "plain", timeout=1)).send(ENVELOPE, Leaves())


@pytest.mark.parametrize("tls", ["starttls", "ssl"])
async def test_encrypted_with_a_certificate_that_is_trusted(certificate: Certificate, tls: str) -> None:
    context = certificate.server_context()
    offers = mail_server(starttls=context) if tls == "starttls" else mail_server(tls=context)
    async with offers as relay:
        settings = settings_for(relay, SMTP_TLS=tls, SMTP_CA_FILE=certificate.file)
        await settings.relay().send(ENVELOPE, Leaves())
        stranger = settings_for(relay, SMTP_TLS=tls)
        with pytest.raises(RelayNotTrusted):
            await stranger.relay().send(ENVELOPE, Leaves())
    assert len(relay.taken) == 1


async def test_a_relay_without_encryption_gets_nothing() -> None:
    async with mail_server() as relay:
        with pytest.raises(RelayNotEncrypted):
            await settings_for(relay).relay().send(ENVELOPE, Leaves())
    assert relay.taken == []


async def test_logins(certificate: Certificate) -> None:
    async with mail_server(starttls=certificate.server_context(), login=True) as relay:
        known: dict[str, str | Path] = {"SMTP_CA_FILE": certificate.file, "SMTP_USERNAME": "acme"}
        await settings_for(relay, **known, SMTP_PASSWORD=relay.password).relay().send(ENVELOPE, Leaves())
        with pytest.raises(RelayRefusesLogin):
            await settings_for(relay, **known, SMTP_PASSWORD="wrong").relay().send(ENVELOPE, Leaves())
    assert (len(relay.taken), set(relay.logins)) == (1, {"acme"})


async def test_without_a_relay_everything_waits_and_says_why() -> None:
    relay = OutboundSettings.model_validate({}).relay()
    with pytest.raises(NoWayOut) as refused:
        await relay.send(ENVELOPE, Leaves())
    assert "SMTP_HOST" in refused.value.detail


@pytest.mark.parametrize("domain", ["a b", "localhost", "x@y.example", "-x.example"])
def test_domains_are_checked_at_the_start(domain: str) -> None:
    with pytest.raises(ValueError, match="domain name"):
        OutboundSettings.model_validate({"MAIL_REPLY_DOMAIN": domain})


def settings_for(relay: MailServer, **named: str | Path) -> OutboundSettings:
    """The operator's words."""
    return OutboundSettings.model_validate(
        {"SMTP_HOST": "localhost", "SMTP_PORT": relay.port, "SMTP_TIMEOUT_SECONDS": 2, **named}
    )


def test_nothing_secret_is_shown() -> None:
    assert "hush" not in repr(Relay("relay.example", 587, "starttls", "acme", "hush"))
    assert "hush" not in repr(OutboundSettings.model_validate({"SMTP_HOST": "x", "SMTP_PASSWORD": "hush"}))
