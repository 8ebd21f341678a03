"""Two clients that others wrote work with the stand-in as with Zammad itself: it cannot lie in our favour."""

from collections.abc import Iterator

import pytest
from zammad_py import ZammadAPI
from zammadoo import Client

from tests.wire.zammad import StandIn, World
from tests.wire.zammad.world import AGENT, TOKEN, Ticket


@pytest.fixture(scope="module")
def standing() -> Iterator[StandIn]:
    """One server for the file."""
    running = StandIn().start()
    yield running
    running.stop()


@pytest.fixture
def far(standing: StandIn) -> StandIn:
    """With a world of the test's own."""
    standing.world = World()
    return standing


@pytest.fixture
def ticket(far: StandIn) -> Ticket:
    """With a mail and a file."""
    made = far.world.ticket("pdf:sign")
    far.world.article(made, "<p>Open</p>", far.world.attachment("a.bin", b"\x00\x01bytes", "application/x-thing"))
    return made


@pytest.fixture
def api(far: StandIn) -> ZammadAPI:
    """zammad-py."""
    return ZammadAPI(url=f"{far.base}/api/v1/", http_token=TOKEN)


@pytest.fixture
def client(far: StandIn) -> Client:
    """zammadoo."""
    return Client(f"{far.base}/api/v1", http_token=TOKEN)


def test_zammad_py_reads(api: ZammadAPI, ticket: Ticket) -> None:
    """Account, ticket, articles, file, states."""
    assert api.user.me()["login"] == "archiver"
    found = api.ticket.find(ticket.id)
    assert found["number"] == ticket.values["number"] and found["archive_path"] == "Customers::Zeppelin"
    (article,) = api.ticket.articles(ticket.id)
    (file,) = article["attachments"]
    assert (file["size"], file["preferences"]["Content-Type"]) == ("7", "application/x-thing")
    assert api.ticket_article_attachment.download(file["id"], article["id"], ticket.id) == b"\x00\x01bytes"
    assert {one["name"] for one in api.ticket_state.all()} >= {"open", "closed"}


def test_zammad_py_tags_and_notes(api: ZammadAPI, ticket: Ticket) -> None:
    """Tags are removed by DELETE; a note is an article."""
    api.ticket_tag.add(ticket.id, "vip")
    assert api.ticket.tags(ticket.id)["tags"] == ["pdf:sign", "vip"]
    api.ticket_tag.remove(ticket.id, "pdf:sign")
    assert ticket.tags == ["vip"]
    made = api.ticket_article.create({"ticket_id": ticket.id, "subject": "S", "body": "B", "internal": True})
    assert api.ticket_article.find(made["id"])["internal"] is True


def test_zammad_py_pages_and_searches(api: ZammadAPI, far: StandIn, ticket: Ticket) -> None:
    """It stops at a page that is shorter than what it asked for."""
    for _ in range(24):
        far.world.ticket()
    assert len({one["id"] for one in api.ticket.all(filters={"per_page": 10})}) == 10
    found = list(api.ticket.search('tags:"pdf:sign"'))
    assert [one["id"] for one in found] == [ticket.id]


def test_zammad_py_on_behalf_of(api: ZammadAPI, far: StandIn, ticket: Ticket) -> None:
    """What is done for somebody else is theirs."""
    api.on_behalf_of = "ines"
    api.ticket.update(ticket.id, {"title": "New"})
    assert (ticket.values["title"], ticket.values["updated_by_id"]) == ("New", AGENT)


def test_zammadoo_reads(client: Client, ticket: Ticket) -> None:
    """Ticket, people, articles and the bytes of a file."""
    found = client.tickets(ticket.id)
    assert (found.title, found.owner.login, found.group.name) == ("Hangar door", "ines", "Hangar")
    (article,) = found.articles
    (file,) = article.attachments
    assert b"".join(file.iter_bytes()) == b"\x00\x01bytes" and file.size == 7


def test_zammadoo_tags(client: Client, ticket: Ticket) -> None:
    """As the other client."""
    client.tags.add_to_ticket(ticket.id, "vip")
    client.tags.remove_from_ticket(ticket.id, "pdf:sign")
    assert client.tags.by_ticket(ticket.id) == ["vip"]


def test_zammadoo_walks_pages(client: Client, far: StandIn, ticket: Ticket) -> None:
    """Its own paging: it ends at a short page, so a server's lower cap ends it early, as with Zammad."""
    for _ in range(24):
        far.world.ticket()
    assert len(list(client.tickets.iter(per_page=10))) == 25
    far.world.page_cap = 5
    assert len(list(client.tickets.iter(per_page=10))) == 5


def test_both_are_refused_alike(far: StandIn, client: Client, ticket: Ticket) -> None:
    """A wrong token is a 401, a missing ticket a 404."""
    with pytest.raises(Exception, match="Invalid token"):
        ZammadAPI(url=f"{far.base}/api/v1/", http_token="wrong").ticket.find(ticket.id)
    with pytest.raises(Exception, match="No such object"):
        client.tickets(424242).reload()
