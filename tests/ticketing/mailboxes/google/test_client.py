"""One client, three far sides: what it reads, sends and makes of their refusals."""

import socket
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

import pytest

from tests.wire.google import far as far_sides
from tests.wire.google.far import ADDRESS, OURS, Far, against
from waypost.platform.ids import new_secret
from waypost.platform.safety.vault import Vault
from waypost.ticketing.mailboxes.google.access import Grant
from waypost.ticketing.mailboxes.google.account import Google
from waypost.ticketing.mailboxes.google.answers import Named, number, read
from waypost.ticketing.mailboxes.google.calls import Calls
from waypost.ticketing.mailboxes.google.client import ME, GmailClient
from waypost.ticketing.mailboxes.google.quota import Bucket
from waypost.ticketing.mailboxes.google.words import ConsentNeeded, GoneThere, PageLost

pytestmark = pytest.mark.anyio
RAW = b"From: ines@customer.example\r\nTo: journal@acme.example\r\nSubject: %s\r\nMessage-ID: <%s@c.example>\r\n\r\n"


@pytest.fixture(scope="module")
def far_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Far]]:
    """Each started when it is first asked for, all ended with the file."""
    with ExitStack() as stack:

        class Started(dict[str, Far]):
            def __missing__(self, name: str) -> Far:
                if name == OURS:
                    opened = far_sides.stand_in()
                else:
                    opened = far_sides.OPENERS[name](tmp_path_factory.mktemp(name), _free_port())
                self[name] = stack.enter_context(opened)
                return self[name]

        yield Started()


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@pytest.fixture
def far(request: pytest.FixtureRequest, far_running: dict[str, Far]) -> Far:
    """The far side of this test."""
    return far_running[request.param]


@pytest.fixture
async def google(far: Far) -> AsyncIterator[Google]:
    """Our part of the process, told where this far side is."""
    part = Google(far.terms, Vault((b"v" * 32,)))
    yield part
    await part.close()


@pytest.fixture
async def client(far: Far, google: Google) -> GmailClient:
    """Its account, with a consent."""
    refresh_token = far.refresh_token or await _agreed(far, google)
    calls = Calls(far.terms.places.api, google.way_out, Grant(google.consent, refresh_token), Bucket(15_000))
    return GmailClient(calls)


async def _agreed(far: Far, google: Google) -> str:
    assert far.code is not None
    verifier = new_secret()
    return (await google.consent.exchange(far.code(verifier), verifier)).refresh_token or ""


async def arrives(client: GmailClient, subject: str = "hello", body: bytes = b"Hello\r\n") -> Named:
    """Mail comes in by Google's own door for that."""
    raw = RAW % (subject.encode(), new_secret().encode()) + body
    words = {"raw": urlsafe_b64encode(raw).decode(), "labelIds": ["INBOX"]}
    return read(Named, await client.calls.send("POST", f"{ME}/messages", 25, json=words))


@against("consent")
async def test_a_code_becomes_access_that_is_renewed(far: Far, google: Google) -> None:
    assert far.code is not None
    verifier = new_secret()
    tokens = await google.consent.exchange(far.code(verifier), verifier)
    assert tokens.refresh_token and tokens.refresh_token not in repr(tokens)
    assert (await google.consent.refresh(tokens.refresh_token)).access_token
    await google.consent.revoke(tokens.refresh_token)
    with pytest.raises(ConsentNeeded):
        await google.consent.refresh(tokens.refresh_token)


@against("refresh")
async def test_a_refresh_token_that_nobody_gave_needs_consent(google: Google) -> None:
    with pytest.raises(ConsentNeeded):
        await google.consent.refresh("nobody gave this")


@against("profile")
async def test_whose_mailbox_it_is(client: GmailClient) -> None:
    profile = await client.profile()
    assert profile.emailAddress == ADDRESS and number(profile.historyId) > 0


@against("listing")
async def test_pages_cover_everything_once(client: GmailClient) -> None:
    there = {(await arrives(client)).id for _ in range(5)}
    found, page = [], None
    while True:
        listing = await client.listing(page, 2)
        found += [one.id for one in listing.messages]
        page = listing.nextPageToken
        if page is None:
            break
    assert len(found) == len(set(found)) and there <= set(found)


@against("wrong page is refused")
async def test_a_page_that_is_none(client: GmailClient) -> None:
    with pytest.raises(PageLost):
        await client.listing("junk", 2)


@against("exact bytes")
async def test_every_byte_comes_as_it_was(client: GmailClient) -> None:
    body = bytes(range(1, 256)) + b"\r\n"
    named = await arrives(client, body=body)
    mail = await client.mail(named.id)
    assert mail is not None and mail.raw.endswith(body) and mail.received_at is not None and mail.thread_id


@against("gone is 404")
async def test_what_is_gone_is_none(client: GmailClient) -> None:
    named = await arrives(client)
    assert await client.mails([named.id, "18f0000000000bad"]) | {named.id: None} == {
        named.id: None,
        "18f0000000000bad": None,
    }


@against("additions in the history")
async def test_the_history_tells_what_was_added(client: GmailClient) -> None:
    await arrives(client)
    start = int((await client.history(1_000, size=500)).historyId or 0)
    named = await arrives(client)
    assert [one.id for one in (await client.history(start)).added] == [named.id]


@against("history ids fit a column")
async def test_history_ids_fit(client: GmailClient) -> None:
    await arrives(client)
    assert number((await client.history(1_000, size=500)).historyId) > 0


@against("history forgets")
async def test_a_history_that_was_forgotten(client: GmailClient) -> None:
    with pytest.raises(GoneThere):
        await client.history(1)


@against("wrong token is refused")
async def test_a_wrong_token_is_replaced_once(client: GmailClient) -> None:
    client.calls.grant.given("ya29.wrong", 3_600)
    await client.listing()
    assert client.calls.grant.refreshed == 1


@against("sending")
async def test_mail_leaves(client: GmailClient) -> None:
    sent = await client.send(RAW % (b"out", new_secret().encode()) + b"Bye\r\n", None)
    assert await client.mail(sent.id) is not None


@against("find by Message-ID")
async def test_what_left_is_found_by_its_message_id(client: GmailClient) -> None:
    name = new_secret()
    sent = await client.send(RAW % (b"out", name.encode()) + b"Bye\r\n", None)
    found = await client.find(f"<{name}@c.example>")
    assert found is not None and found.id == sent.id
    assert await client.find("<never@c.example>") is None


@against("watch")
async def test_a_watch_has_an_end(client: GmailClient) -> None:
    assert (await client.watch("projects/p/topics/t")).year >= 2026


@against("batch")
async def test_a_batch_brings_the_same(client: GmailClient) -> None:
    ids = [(await arrives(client, body=b"%d\r\n" % number)).id for number in range(5)]
    single = await client.mails(ids)
    client.batch = 3
    assert await client.mails([*ids, "18f0000000000bad"]) == {**single, "18f0000000000bad": None}
    assert client.batch == 3


@against("listing")
async def test_batches_are_asked_for_and_never_needed(client: GmailClient) -> None:
    ids = [(await arrives(client)).id for _ in range(3)]
    client.batch = 25
    assert all((await client.mails(ids)).values())
