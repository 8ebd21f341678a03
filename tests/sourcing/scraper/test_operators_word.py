"""What the operator says of a scraper arrives where it counts (sourcing.md 5.2)."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import httpx2
import pytest
from structlog.testing import capture_logs

from tests.sourcing.scraper.delivering import desk
from tests.sourcing.scraper.far_side import FarSide
from tests.sourcing.scraper.test_obeying import until
from tests.sourcing.watching.far_side import far_side as another
from tests.wire.id_tokens import key
from waypost.sourcing.fetching.browser import Limits
from waypost.sourcing.fetching.keeping import INDEX, Keeping
from waypost.sourcing.fetching.trip import Means
from waypost.sourcing.scraper.furnishing import face
from waypost.sourcing.scraper.hands import ApiLeave
from waypost.sourcing.scraper.hiring import agent_of, hire, limits_of, means_of, pages_of
from waypost.sourcing.scraper.pulse import Pulse
from waypost.sourcing.scraper.settings import ScraperSettings
from waypost.sourcing.scraper.store import opened
from waypost.sourcing.wire.task import Task

pytestmark = pytest.mark.anyio
NOWHERE = "http://127.0.0.1:9/api/job-sources/complete"
PROD = {
    "APP_ENV": "prod",
    "WORKER_CALLBACK_URL": "https://waypost.example/api/job-sources/complete",
    "WORKER_CALLBACK_SIGNING_SECRET": "s",
    "TASKS_AUTH_TOKEN": "t",
    "WORKER_ALLOWED_ORIGINS": "none",
    "WORKER_OUTPUT_MODE": "full",
}


def settings(**named: object) -> ScraperSettings:
    """By documented names."""
    return ScraperSettings.model_validate(named)


async def test_the_pace_of_delivery_is_the_operators(tmp_path: Path) -> None:
    pace = {"ATTEMPTS": 3, "BACKOFF_MS": 400, "MAX_DELAY_MS": 500, "JITTER_PCT": 0.5}
    said = {f"WORKER_CALLBACK_RETRY_{name}": value for name, value in pace.items()}
    waits = []
    async with desk(tmp_path, NOWHERE, **said) as here:
        here.house.courier.chance = lambda: 0.0
        await here.put()
        for _ in range(3):
            await here.carry()
            waits.append(await here.waits() or 0)
            here.clock.move(seconds=waits[-1])
    assert waits == pytest.approx([0.2, 0.25, 60], abs=0.01), "half of what it would be, then minutes"


async def test_the_heart_beats_as_the_operator_says(tmp_path: Path) -> None:
    async with desk(tmp_path, NOWHERE, WORKER_HEARTBEAT_INTERVAL_MS=2_500) as here:
        assert here.house.runner.interval == 2.5


async def test_reports_carry_an_id_token_where_the_operator_names_its_audience(far: FarSide, tmp_path: Path) -> None:
    with another() as google:
        google.answers["POST /token"] = (200, {"id_token": "made"})
        private = key("account").as_pem(private=True).decode()
        account = {"client_email": "s@p.example", "private_key": private, "private_key_id": "account"}
        (tmp_path / "key.json").write_text(json.dumps(account | {"token_uri": f"{google.base}/token"}))
        named = {"GOOGLE_APPLICATION_CREDENTIALS": tmp_path / "key.json"}
        async with desk(tmp_path, far, WORKER_CALLBACK_OIDC_AUDIENCE="https://api.example", **named) as here:
            await here.put()
            await here.carry()
    assert [call.headers["authorization"] for call in far.taken] == ["Bearer made"]


def test_lists_and_browsers_are_as_the_operator_says() -> None:
    fallback = {"COOLDOWN_MS": 50, "MAX_COUNT": 1, "BUDGET_MS": 7_000}
    said = settings(
        PRACUJ_LISTING_ONLY="yes", **{f"PRACUJ_BROWSER_FALLBACK_{name}": value for name, value in fallback.items()}
    )
    assert means_of(said) == Means(True, 7_000)
    assert limits_of(said) == Limits(1, 7_000, 50)


async def test_a_browser_is_tried_at_the_start_where_the_operator_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", "")
    for asked in (True, False):
        async with desk(tmp_path / str(asked), NOWHERE, WORKER_BROWSER_PROBE_ON_START=asked) as here:
            with capture_logs() as lines:
                await here.house.open()
                if asked:
                    await until(lambda: lines)
                await here.house.close(0)
        assert [line["ok"] for line in lines if line["event"] == "scraper.browser_probed"] == [False] * asked


def test_boards_hear_where_to_complain() -> None:
    named = settings(WORKER_CALLBACK_URL=NOWHERE, WORKER_CONTACT_URL="https://ops.example/contact")
    assert "+https://ops.example/contact" in agent_of(named)
    assert "+http://127.0.0.1:9" in agent_of(settings(WORKER_CALLBACK_URL=NOWHERE))


@pytest.mark.parametrize(
    ("said", "most"),
    [
        ({}, 5),
        ({"WORKER_OUTPUT_RAW_SAMPLE_LIMIT": 2}, 2),
        ({"WORKER_OUTPUT_RAW_SAMPLE_LIMIT": 0}, None),
        ({"WORKER_OUTPUT_MODE": "minimal"}, None),
        (PROD, None),
        (PROD | {"WORKER_OUTPUT_ALLOW_FULL_IN_PROD": True}, 5),
    ],
)
async def test_pages_are_kept_as_the_operator_says(tmp_path: Path, said: dict[str, Any], most: int | None) -> None:
    task = Task(source="board", source_run_id=uuid4())
    with opened(tmp_path) as store:
        crew = hire(settings(WORKER_OUTPUT_DIR=tmp_path, **said), store)
        visits = crew.visitors(task, ApiLeave(cast(Pulse, None)))
        await crew.close()
    assert (visits.most if isinstance(visits, Keeping) else None) == most


async def test_pages_leave_after_the_operators_hours(tmp_path: Path) -> None:
    async with desk(tmp_path, NOWHERE, WORKER_OUTPUT_RETENTION_HOURS=2) as here:
        for hours in (1, 3):
            index = pages_of(here.house.settings) / f"{hours} hours old" / INDEX
            index.parent.mkdir(parents=True)
            index.touch()
            then = (here.clock() - timedelta(hours=hours)).timestamp()
            os.utime(index, (then, then))
        await here.house.tidy()
        assert [each.name for each in pages_of(here.house.settings).iterdir()] == ["1 hours old"]


async def test_figures_want_their_token_where_one_is_set(tmp_path: Path) -> None:
    async with desk(tmp_path, NOWHERE, METRICS_TOKEN="of the watcher") as here:
        wire = httpx2.ASGITransport(app=face(here.house).app())
        async with httpx2.AsyncClient(transport=wire, base_url="http://scraper") as client:
            known = [{}, {"authorization": "Bearer of a guess"}, {"authorization": "Bearer of the watcher"}]
            codes = [(await client.get("/metrics", headers=headers)).status_code for headers in known]
    assert codes == [401, 401, 200]
