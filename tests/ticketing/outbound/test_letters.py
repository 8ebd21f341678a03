"""Letters of the house itself: invitations and new passwords by the operator's relay."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from tests.wire.smtp import Fault, MailServer, mail_server
from waypost.main.post import PATIENCE, RelayPost, post_for, words
from waypost.platform.identity.post import Letter, NoPost, Occasion
from waypost.ticketing.outbound.settings import OutboundSettings
from waypost.ticketing.outbound.smtp import Relay, SmtpSender

pytestmark = pytest.mark.anyio

LINK = "http://localhost:8000/join/0123456789"
LETTER = Letter("new@client.example", Occasion.INVITATION, LINK, "Acme\r\nBcc: eve@evil.example")


def post_on(relay: MailServer) -> RelayPost:
    """By this relay."""
    sender = SmtpSender(Relay("127.0.0.1", relay.port, "plain", timeout=1))
    return RelayPost(sender, "waypost@acme.example", lambda: datetime(2026, 11, 3, tzinfo=UTC))


@pytest.mark.parametrize("occasion", list(Occasion))
async def test_a_letter_arrives_with_its_link(occasion: Occasion) -> None:
    async with mail_server() as relay:
        assert await post_on(relay).send(Letter(LETTER.to, occasion, LINK, LETTER.org_name)) is True
    (taken,) = relay.taken
    assert taken.recipients == ("new@client.example",)
    read = message_from_bytes(taken.raw, policy=policy.default)
    assert read["Bcc"] is None
    assert read["Auto-Submitted"] == "auto-generated"
    assert LINK in read.get_content()


@pytest.mark.parametrize("fault", [Fault.NOBODY_AT_RCPT, Fault.BUSY_AT_DATA, Fault.TAKEN_THEN_GONE])
async def test_what_did_not_surely_leave_is_to_be_shown(fault: Fault) -> None:
    async with mail_server() as relay:
        relay.faults.append(fault)
        assert await post_on(relay).send(LETTER) is False
        assert await post_on(relay).send(Letter("no address", Occasion.INVITATION, LINK, "Acme")) is False
    assert PATIENCE.total_seconds() <= 10


def test_without_relay_or_name_there_is_no_post() -> None:
    def known(**named: str) -> object:
        return post_for(OutboundSettings.model_validate(named), lambda: datetime(2026, 11, 3, tzinfo=UTC))

    assert isinstance(known(), NoPost)
    assert isinstance(known(SMTP_HOST="relay.example"), NoPost)
    assert isinstance(known(SMTP_HOST="relay.example", SMTP_FROM="Waypost@Acme.example"), RelayPost)
    with pytest.raises(ValueError, match="e-mail address"):
        known(SMTP_FROM="nobody")


def test_a_letter_in_an_unknown_language_is_english() -> None:
    subject, text = words(Letter("new@client.example", Occasion.INVITATION, LINK, "Acme", "xx"))
    assert subject == "Your invitation to Acme"
    assert LINK in text
