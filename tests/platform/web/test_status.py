"""What machines that watch us are told, and what strangers are not."""

import asyncio
from typing import Any

import httpx2
import pytest
from prometheus_client.core import GaugeMetricFamily

from tests.platform.web.stage import ALICE, house, visit
from waypost.platform.observe.health import Check
from waypost.platform.observe.settings import ObserveSettings

pytestmark = pytest.mark.anyio


async def fine() -> str:
    return "18.1"


async def failing() -> str:
    raise ConnectionError("db.internal:5432 refused waypost_app")


async def stuck() -> str:
    await asyncio.sleep(60)
    return "never"


def observed(**named: object) -> ObserveSettings:
    return ObserveSettings.model_validate(named)


async def test_alive_tells_status_service_version_and_time(client: httpx2.AsyncClient) -> None:
    body = (await client.get("/healthz")).json()
    assert set(body) == {"status", "service", "version", "time"} and body["status"] == "ok"


async def test_alive_says_nothing_more_when_asked_to_be_discreet() -> None:
    async with visit(house(observe=observed(HEALTHZ_OMIT_VERSION=True))) as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("ask", "status", "word"),
    [(fine, 200, "ready"), (failing, 503, "not_ready")],
)
async def test_ready_tells_strangers_names_and_members_the_rest(ask: Any, status: int, word: str) -> None:
    async with visit(house(checks=[Check("database", ask)])) as client:
        stranger, member = await client.get("/readyz"), await client.get("/readyz", headers=ALICE)
    assert (stranger.status_code, member.status_code) == (status, status)
    assert stranger.json() == {"status": word, "ok": status == 200, "checks": [{"name": "database"}]}
    [check] = member.json()["checks"]
    assert set(check) == {"name", "ok", "ms", "detail"} and check["ok"] is (status == 200)
    assert check["detail"] == ("18.1" if status == 200 else "ConnectionError")


async def test_ready_does_not_wait_for_ever_and_asks_all_at_once() -> None:
    app = house(checks=[Check("one", stuck), Check("two", stuck), Check("three", fine)])
    app.state.health.patience = 0.05
    async with asyncio.timeout(2), visit(app) as client:
        checks = (await client.get("/readyz", headers=ALICE)).json()["checks"]
    assert [each["ok"] for each in checks] == [False, False, True]
    assert checks[0]["detail"] == "no answer within 0.05 s"


async def test_a_crowd_of_probes_costs_one_look() -> None:
    looks: list[int] = []

    async def counting() -> str:
        looks.append(1)
        return ""

    async with visit(house(checks=[Check("one", counting)])) as client:
        await asyncio.gather(*(client.get("/readyz") for _ in range(20)))
    assert len(looks) == 1


async def test_ready_still_answers_when_nobody_can_be_looked_up() -> None:
    async def broken(_request: object) -> None:
        raise ConnectionError

    async with visit(house(checks=[Check("database", failing)], resolve_caller=broken)) as client:
        answer = await client.get("/readyz", headers=ALICE)
    assert (answer.status_code, answer.json()["checks"]) == (503, [{"name": "database"}])


@pytest.mark.parametrize(
    ("named", "loopback", "headers", "status"),
    [
        ({}, True, {}, 200),
        ({}, False, {}, 401),
        ({"METRICS_TOKEN": "m-token"}, True, {}, 401),
        ({"METRICS_TOKEN": "m-token"}, False, {"authorization": "Bearer m-token"}, 200),
        ({"METRICS_TOKEN": "m-token"}, False, {"authorization": "Bearer m-tokem"}, 401),
        ({"METRICS_TOKEN": "m-token"}, False, {"authorization": "Basic m-token"}, 401),
        ({"ENABLE_PROMETHEUS_METRICS": "false"}, True, {}, 404),
        ({"METRICS_ENABLED": "false"}, True, {}, 404),
        ({"METRICS_ENABLED": "true"}, True, {}, 200),
    ],
)
async def test_figures_are_told_to_those_who_may_ask(
    named: dict[str, object], loopback: bool, headers: dict[str, str], status: int
) -> None:
    async with visit(house(observe=observed(**named), loopback=loopback)) as client:
        answer = await client.get("/metrics", headers={"accept": "text/html", **headers})
    assert answer.status_code == status


async def test_figures_have_the_documented_names_and_template_labels(client: httpx2.AsyncClient) -> None:
    await client.get("/healthz")
    await client.get("/boxes/a-very-own-name", headers=ALICE)
    await client.get("/made/up/by/a/stranger")
    await client.request("BREW", "/pot")
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'oss_http_requests_total{method="GET",path="/healthz",status_code="200"}' in answer.text
    assert 'oss_http_requests_total{method="GET",path="/boxes/{box_id}",status_code="200"}' in answer.text
    assert 'path="unmatched",status_code="404"' in answer.text and 'method="OTHER"' in answer.text
    assert "oss_http_request_duration_seconds_bucket" in answer.text and "oss_http_rate_limited_total" in answer.text
    assert "a-very-own-name" not in answer.text and "stranger" not in answer.text


async def test_the_path_is_the_operators_and_collectors_are_asked() -> None:
    class Aggregates:
        def collect(self) -> list[GaugeMetricFamily]:
            return [GaugeMetricFamily("waypost_tests_boxes", "Boxes.", value=3)]

    settings = observed(PROMETHEUS_METRICS_PATH="/figures")
    async with visit(house(observe=settings, collectors=[Aggregates()])) as client:
        figures, usual = await client.get("/figures"), await client.get("/metrics")
    assert "waypost_tests_boxes 3.0" in figures.text and usual.status_code == 404
