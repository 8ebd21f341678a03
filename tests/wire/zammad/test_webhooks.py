"""The stand-in's webhooks: signed with SHA-1, the same id on up to five tries, fired by articles and not by tags."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.wire.zammad import Trigger, Webhook, World
from tests.wire.zammad.webhooks import fired
from tests.wire.zammad.world import ARCHIVER


class Receiver(HTTPServer):
    """Takes webhooks; answers with the statuses it was given, then with 202."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.statuses: list[int] = []
        self.got: list[tuple[dict[str, str], bytes]] = []


class Taking(BaseHTTPRequestHandler):
    """One call."""

    server: Receiver

    def do_POST(self) -> None:
        """Keep it."""
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 202)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Listens."""
    running = Receiver()
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


def test_what_is_sent(receiver: Receiver) -> None:
    """Ticket and article with people as objects, no `user`; HMAC-SHA1 over the exact bytes."""
    world = World()
    ticket = world.ticket("pdf:sign")
    article = world.article(ticket, "<p>x</p>")
    hook = Webhook(f"http://127.0.0.1:{receiver.server_port}/ingest", "s3cret")
    assert hook.send(hook.delivery(world, ticket, article)) == [202]
    headers, body = receiver.got[0]
    assert headers["x-hub-signature"] == "sha1=" + hmac.new(b"s3cret", body, hashlib.sha1).hexdigest()
    assert headers["user-agent"] == "Zammad User Agent" and headers["x-zammad-trigger"]
    said = json.loads(body)
    assert said["ticket"]["id"] == ticket.id and said["ticket"]["updated_by"]["login"] == "anna"
    assert said["article"]["created_by"]["login"] == "anna" and "user" not in said


def test_redelivery(receiver: Receiver) -> None:
    """The same id and the same bytes, at most five tries; without a secret it is unsigned."""
    world = World()
    hook = Webhook(f"http://127.0.0.1:{receiver.server_port}/ingest", None)
    delivery = hook.delivery(world, world.ticket(), None)
    receiver.statuses = [503, 500]
    waits: list[int] = []
    assert hook.send(delivery, waits.append) == [503, 500, 202] and waits == [1, 2]
    receiver.statuses = [500] * 9
    assert len(hook.send(delivery)) == 5
    assert len({headers["x-zammad-delivery"] for headers, _ in receiver.got}) == 1
    assert len({body for _, body in receiver.got}) == 1 and "x-hub-signature" not in receiver.got[0][0]


def test_triggers() -> None:
    """A tag alone fires nothing (a known limit); an article does while the tag is on, our own note too."""
    world = World()
    ticket = world.ticket()
    ticket.tags.append("pdf:sign")
    assert fired(world, [Trigger()]) == []
    note = world.article(ticket, "x", by=ARCHIVER, internal=True)
    assert fired(world, [Trigger()]) == [(ticket, note)]
    assert fired(world, [Trigger()]) == []
    ticket.tags.clear()
    world.article(ticket, "y")
    assert fired(world, [Trigger()]) == []
