"""A task through Cloud Tasks: what the queue is told, against its API on a socket of this machine."""

import json
from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest

from tests.platform.jobs.queueing import Hand
from tests.sourcing.runs.far_scraper import FarScraper, Told
from waypost.platform.http import Trust, WayOut
from waypost.sourcing.runs.google_access import AccessTokens
from waypost.sourcing.runs.providers import CloudTasks, Kind
from waypost.sourcing.runs.terms import Handover
from waypost.sourcing.wire.minting import NoToken, ServiceAccount

pytestmark = pytest.mark.anyio

QUEUE = "projects/p/locations/l/queues/worker-scrape"
BODY = b'{"name":"scrape:source","payload":{"source":"x"}}'
HEADERS = {"content-type": "application/json", "x-request-id": "req-1"}
MADE: Told = (200, {"name": f"{QUEUE}/tasks/run-1"}, {})


async def bearer() -> str:
    """What Google's API is shown."""
    return "Bearer of the installation"


@pytest.fixture
async def cloud(far: FarScraper) -> AsyncIterator[CloudTasks]:
    """The provider, with Google's API on this machine."""
    far.answers = [MADE]
    to = Handover(
        task_url="https://scraper.example/tasks",
        queue=QUEUE,
        tasks_api=far.url.removesuffix("/tasks"),
        service_account="caller@p.example",
        audience="https://scraper.example",
        deadline=239.5,
    )
    made = CloudTasks(to, bearer)
    yield made
    await made.close()


async def test_the_queue_is_told_whom_to_call_and_as_whom(cloud: CloudTasks, far: FarScraper) -> None:
    answer = await cloud.hand(BODY, HEADERS, "run-1")
    assert (answer.kind, answer.code, answer.task_name) == (Kind.TAKEN, "CLOUD_TASKS", f"{QUEUE}/tasks/run-1")
    (told,) = far.sent
    request = told["task"]["httpRequest"]
    assert b64decode(request["body"]) == BODY and request["httpMethod"] == "POST"
    assert (request["url"], request["headers"]) == ("https://scraper.example/tasks", HEADERS)
    assert request["oidcToken"] == {"serviceAccountEmail": "caller@p.example", "audience": "https://scraper.example"}
    assert (told["task"]["name"], told["task"]["dispatchDeadline"]) == (f"{QUEUE}/tasks/run-1", "240s")
    assert far.headers[0]["authorization"] == "Bearer of the installation"


async def test_a_token_serves_where_no_account_does(cloud: CloudTasks, far: FarScraper) -> None:
    cloud.to = replace(cloud.to, service_account="", token="shared")
    await cloud.hand(BODY, HEADERS, "run-1")
    request = far.sent[0]["task"]["httpRequest"]
    assert request["headers"]["Authorization"] == "Bearer shared" and "oidcToken" not in request


@pytest.mark.parametrize(
    ("status", "kind"), [(409, Kind.TAKEN), (429, Kind.FULL), (503, Kind.BROKEN), (403, Kind.REFUSED)]
)
async def test_answers_of_the_queue(cloud: CloudTasks, far: FarScraper, status: int, kind: Kind) -> None:
    far.answers = [(status, {"error": {}}, {})]
    assert (await cloud.hand(BODY, HEADERS, "run-1")).kind is kind


async def test_nobody_vouches_for_us_just_now(far: FarScraper) -> None:
    async def nobody() -> str:
        raise NoToken

    made = CloudTasks(Handover(queue=QUEUE, tasks_api=far.url.removesuffix("/tasks")), nobody)
    assert (await made.hand(BODY, HEADERS, "run-1")).kind is Kind.SILENT and far.sent == []
    await made.close()


def wire(seen: list[httpx2.Request]) -> httpx2.MockTransport:
    """Google's token endpoints."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={"access_token": f"token-{len(seen)}", "expires_in": 3600})

    return httpx2.MockTransport(answer)


async def test_a_token_of_the_machine_serves_until_shortly_before_its_end(clock: Hand) -> None:
    seen: list[httpx2.Request] = []
    async with WayOut(Trust.OPERATOR, wire=wire(seen)) as out:
        tokens = AccessTokens(out, clock=clock)
        assert [await tokens(), await tokens()] == ["Bearer token-1"] * 2
        clock.at += timedelta(minutes=58)
        assert await tokens() == "Bearer token-2"
    assert seen[0].headers["metadata-flavor"] == "Google"


async def test_a_key_asks_for_the_queues_scope(clock: Hand) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = ServiceAccount("maker@p.example", pem, token_uri="https://oauth.example/token")
    seen: list[httpx2.Request] = []
    async with WayOut(Trust.OPERATOR, wire=wire(seen)) as out:
        assert await AccessTokens(out, account, clock=clock)() == "Bearer token-1"
    form = dict(httpx2.QueryParams(seen[0].content.decode()))
    claims = json.loads(b64decode(form["assertion"].split(".")[1] + "=="))
    assert claims["scope"] == "https://www.googleapis.com/auth/cloud-tasks" and claims["iss"] == "maker@p.example"


async def test_no_token_in_the_answer_is_said(clock: Hand) -> None:
    async with WayOut(Trust.OPERATOR, wire=httpx2.MockTransport(lambda _: httpx2.Response(500))) as out:
        with pytest.raises(NoToken):
            await AccessTokens(out, clock=clock)()
