"""Gmail as a way out: left, surely not left, nobody knows, and what is found again."""

from uuid import UUID

import pytest

from tests.ticketing.mailboxes.google.conftest import JOURNAL, GmailDesk
from tests.wire.google.server import StandIn
from tests.wire.google.world import READONLY, SEND, Account, Mood, World
from waypost.platform.access import MACHINE
from waypost.ticketing.mailboxes.google.actions import NewGmail, connect
from waypost.ticketing.mailboxes.google.sender import GmailSender
from waypost.ticketing.outbound.sender import AnswerLost, Envelope, NotNow, Rejected, Sender

pytestmark = pytest.mark.anyio
RAW = b"From: journal@acme.example\r\nMessage-ID: <one@acme.example>\r\n\r\nBye\r\n"


class Written:
    """How often the durable word was written."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def leaving() -> Written:
    """Counts."""
    return Written()


async def ready(desk: GmailDesk, world: World, scopes: tuple[str, ...] = (READONLY, SEND)) -> UUID:
    """A connected mailbox with these rights."""
    new = NewGmail(JOURNAL, world.grant(JOURNAL, scopes), scopes, world.account(JOURNAL).now)
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        return (await connect(work, desk.vault, new)).id


def envelope(desk: GmailDesk, mailbox_id: UUID | None, thread: str | None = None) -> Envelope:
    """A reply."""
    return Envelope(desk.orgs.acme, mailbox_id, JOURNAL, ("ines@c.example",), "<one@acme.example>", RAW, thread)


def sender(desk: GmailDesk) -> Sender:
    """As the port's users see it."""
    return GmailSender(desk.google, desk.works)


async def test_it_leaves_in_its_thread_and_is_found(
    desk: GmailDesk, world: World, account: Account, leaving: Written
) -> None:
    (asked,) = account.deliver(b"Subject: question\r\n\r\n")
    letter = envelope(desk, await ready(desk, world), account.messages[asked].thread)
    assert sender(desk).looks_up and await sender(desk).find(letter) is None
    sent = await sender(desk).send(letter, leaving)
    stored = account.messages[sent.provider_id or ""]
    assert (stored.raw, stored.thread, leaving.times) == (RAW, account.messages[asked].thread, 1)
    assert await sender(desk).find(letter) == sent


async def test_an_answer_that_was_lost_is_found_again(
    desk: GmailDesk, world: World, account: Account, leaving: Written
) -> None:
    letter = envelope(desk, await ready(desk, world))
    world.moods.append(Mood("send", 503, after=True))
    with pytest.raises(AnswerLost):
        await sender(desk).send(letter, leaving)
    assert leaving.times == 1 and len(account.messages) == 1
    assert (await sender(desk).find(letter)) is not None


@pytest.mark.parametrize(
    ("mood", "kind"),
    [
        (Mood("send", 429, headers={"retry-after": "60"}), NotNow),
        (Mood("send", 401, times=2), NotNow),
        (Mood("send", 400), Rejected),
        (Mood("send", 403, reason="domainPolicy"), Rejected),
    ],
)
async def test_what_surely_did_not_leave(
    desk: GmailDesk, world: World, account: Account, leaving: Written, mood: Mood, kind: type[Exception]
) -> None:
    letter = envelope(desk, await ready(desk, world))
    world.moods.append(mood)
    with pytest.raises(kind):
        await sender(desk).send(letter, leaving)
    assert account.messages == {}


async def test_before_anything_leaves_everything_is_checked(
    desk: GmailDesk, world: World, leaving: Written, stand_in: StandIn
) -> None:
    only_reading = envelope(desk, await ready(desk, world, (READONLY,)))
    with pytest.raises(NotNow):
        await sender(desk).send(only_reading, leaving)
    with pytest.raises(Rejected):
        await sender(desk).send(envelope(desk, None), leaving)
    allowed = envelope(desk, await ready(desk, world))
    world.withdraw(JOURNAL)
    with pytest.raises(NotNow):
        await sender(desk).send(allowed, leaving)
    assert leaving.times == 0 and world.count("send") == 0


async def test_an_unknown_thread_is_refused(desk: GmailDesk, world: World, leaving: Written) -> None:
    with pytest.raises(Rejected):
        await sender(desk).send(envelope(desk, await ready(desk, world), "18f0000000000bad"), leaving)
