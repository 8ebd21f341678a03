"""One trace from the provider's message to its ticket, across every job, seen by a real receiver of OTLP."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from oteltap import OtelTapHttpProtobufReceiver, OtelTapHttpProtobufReceiverSettings

from tests.cast import gather
from tests.conftest import Orgs
from tests.database import Logins
from tests.fixtures import house_on
from tests.platform.web.stage import free_port
from waypost.main.house import House
from waypost.main.web import web_app
from waypost.platform.ids import new_id
from waypost.platform.jobs.children import stop_children
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.pokes import send_through
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.storage.blobs import Blobs
from waypost.ticketing.mailboxes.bring_in import bring_in

pytestmark = pytest.mark.anyio

SUBJECT, SENDER = "Zeppelin hangar door", "anna.zeppelin@client.example"
CHAIN = ["occurrence_fetched", "job occurrence_parse", "job occurrence_stitch", "job ticket_apply_routing"]


class Received:
    """Every span that came, in the order it came."""

    def __init__(self, receiver: OtelTapHttpProtobufReceiver) -> None:
        self.spans: list[Span] = []
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self._keep(receiver))

    async def _keep(self, receiver: OtelTapHttpProtobufReceiver) -> None:
        async for span in receiver.stream_traces():
            self.spans.append(span)
            self._news.set()

    async def until(self, name: str, count: int = 1) -> None:
        """Wait until so many spans of this name are here."""
        async with asyncio.timeout(20):
            while len(self.named(name)) < count:
                self._news.clear()
                await self._news.wait()

    def named(self, name: str) -> list[Span]:
        """Those of one name."""
        return [span for span in self.spans if span.name == name]


@pytest.fixture
async def collector() -> AsyncIterator[tuple[int, Received]]:
    """A receiver on a free port."""
    port = free_port()
    async with OtelTapHttpProtobufReceiver(OtelTapHttpProtobufReceiverSettings(http_port=port)) as receiver:
        received = Received(receiver)
        yield port, received
        received._task.cancel()


@pytest.fixture
async def house(logins: Logins, tmp_path: Path, collector: tuple[int, Received]) -> AsyncIterator[House]:
    """The product with traces on."""
    endpoint = f"http://127.0.0.1:{collector[0]}/v1/traces"
    named = {"ENABLE_OTEL_TRACING": True, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": endpoint}
    made = house_on(logins, tmp_path / "data", **named)
    yield made
    await made.close()
    send_through(None)


def mail(number: int) -> bytes:
    """A mail of its own conversation."""
    head = f"From: Anna <{SENDER}>\r\nTo: support@acme.example\r\nSubject: {SUBJECT} {number}\r\n"
    return f"{head}Message-ID: <{number}.{new_id()}@client.example>\r\n\r\nThe gauge {number} is stuck.\r\n".encode()


def mails_in(folder: Path, count: int) -> Path:
    """So many mail files."""
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}.eml").write_bytes(mail(number))
    return folder


async def imported(house: House, orgs: Orgs, folder: Path) -> None:
    """They come in and are worked off."""
    await bring_in(house.works, house.parts.of(Blobs), orgs.acme, [folder], inbox="support@acme.example")
    engine = queue_engine(house.database.worker, pool=2)
    runner = Runner(engine, house.database.worker, house.works, parts=house.parts, plan=Plan(queues=("mail",)))
    await runner.work_off()
    await stop_children()
    await engine.dispose()


async def test_one_trace_from_the_mail_to_its_ticket(
    house: House, orgs: Orgs, tmp_path: Path, collector: tuple[int, Received]
) -> None:
    received = collector[1]
    await gather(house.works, orgs)
    await imported(house, orgs, mails_in(tmp_path / "mails", 3))
    house.tracing.close()
    await received.until(CHAIN[-1], 3)
    for root in received.named(CHAIN[0]):
        await follows_through(received, root)
    assert len({span.trace_id for span in received.named(CHAIN[0])}) == 3
    assert_nothing_personal(received.spans)


async def follows_through(received: Received, root: Span) -> None:
    """Each link of the chain hangs below the one before, in one trace, and says which copy it is about."""
    assert not root.parent_span_id
    above = root
    for name in CHAIN[1:]:
        (below,) = [span for span in received.named(name) if span.trace_id == root.trace_id]
        assert below.parent_span_id == above.span_id, name
        above = below
    about = {one.key: one.value.string_value for one in above.attributes}
    assert (about["job.outcome"], len(about["waypost.occurrence_id"])) == ("succeeded", 36)


def assert_nothing_personal(spans: list[Span]) -> None:
    """Neither addresses nor words of the mails, in whatever place of a span."""
    told = " ".join(str(span) for span in spans)
    assert not [word for word in (SENDER, "zeppelin", SUBJECT, "gauge", "support@") if word in told]


async def test_a_batch_is_linked_with_the_traces_of_its_members(
    house: House, orgs: Orgs, tmp_path: Path, collector: tuple[int, Received]
) -> None:
    received = collector[1]
    await gather(house.works, orgs)
    await imported(house, orgs, mails_in(tmp_path / "mails", 4))
    house.tracing.close()
    await received.until(CHAIN[-1], 4)
    batches = [span for span in received.spans if span.name.startswith("batch ")]
    assert batches
    members = {span.trace_id for span in received.named(CHAIN[0])}
    for batch in batches:
        assert {link.trace_id for link in batch.links} <= members and batch.trace_id not in members
        asked = [span for span in received.spans if span.parent_span_id == batch.span_id]
        assert any(span.name.startswith(("SELECT", "INSERT", "UPDATE")) for span in asked)


async def test_a_request_carries_on_the_callers_trace(
    house: House, orgs: Orgs, collector: tuple[int, Received]
) -> None:
    received = collector[1]
    app = web_app(house, loopback=True)
    cast = await gather(house.works, orgs, app.state.identity)
    transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 50000))
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    headers = {**cast.bob.headers, "traceparent": f"00-{trace_id}-b7ad6b7169203331-01"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000", headers=headers) as client:
        assert (await client.get("/tickets?q=zeppelin")).status_code == 200
        assert (await client.get("/healthz")).status_code == 200
    assert (app.state.tracing.enabled, app.state.tracing.reason) == (True, "enabled")
    await app.state.identity.close()
    house.tracing.close()
    await received.until("GET /tickets")
    (request,) = received.named("GET /tickets")
    assert (request.trace_id.hex(), request.parent_span_id.hex()) == (trace_id, "b7ad6b7169203331")
    assert received.named("GET /healthz") == []
    below = [span for span in received.spans if span.parent_span_id == request.span_id]
    assert "SELECT tickets" in {span.name for span in below}
    assert_nothing_personal(received.spans)
