"""Who may hand tasks over and replay under Cloud Tasks: the matrix of ID tokens (sourcing.md 2.2, 8.4)."""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.sourcing.scraper.far_side import SECRET
from tests.sourcing.scraper.process import task
from tests.sourcing.scraper.scripted import hire
from tests.wire.id_tokens import ACCOUNT, Issuer, issuer, lies
from waypost.sourcing.scraper.furnishing import face, furnish
from waypost.sourcing.scraper.settings import ScraperSettings
from waypost.sourcing.scraper.store import opened

pytestmark = pytest.mark.anyio
AUDIENCE = "https://scraper.example/tasks"
STATIC = "the static token"
DOORS = ("/tasks", "/scrape", "/callbacks/replay")
BAD: dict[str, dict[str, Any]] = {
    "audience": {"aud": "https://elsewhere.example"},
    "no audience": {"aud": None},
    "issuer": {"iss": "https://accounts.example"},
    "email": {"email": "other@project.iam.example"},
    "no email": {"email": None},
    "unverified": {"email_verified": False},
    "verified as text": {"email_verified": "true"},
    "expired": {"exp": 1_000_000_000},
    "not yet valid": {"nbf": 9_000_000_000},
    "from the future": {"iat": 9_000_000_000},
    "no end": {"exp": None},
    "unknown key": {"by": "second"},
}


@pytest.fixture(scope="module")
def google() -> Iterator[Issuer]:
    """The issuer, with its keys on loopback."""
    with issuer() as made:
        yield made


async def visiting(folder: Path, google: Issuer, **named: object) -> AsyncIterator[httpx2.AsyncClient]:
    """A scraper's doors in this process."""
    given = {
        "QUEUE_PROVIDER": "cloud-tasks",
        "TASKS_AUTH_TOKEN": STATIC,
        "TASKS_PROJECT_ID": "project",
        "TASKS_LOCATION": "europe-west1",
        "TASKS_QUEUE": "worker-scrape",
        "TASKS_URL": AUDIENCE,
        "TASKS_SERVICE_ACCOUNT_EMAIL": ACCOUNT,
        "WORKER_OIDC_JWKS_URL": google.address,
        "WORKER_CALLBACK_URL": "http://127.0.0.1:9/api/job-sources/complete",
        "WORKER_CALLBACK_SIGNING_SECRET": SECRET,
        "WORKER_SMOKE_ACCEPT_ONLY": True,
        "WORKER_OUTPUT_DIR": folder,
        "WORKER_DEAD_LETTER_DIR": folder / "dead-letter",
        "APP_ENV": "test",
        **named,
    }
    with opened(folder) as store:
        house = furnish(ScraperSettings.model_validate(given), store, hire)
        transport = httpx2.ASGITransport(app=face(house).app())
        async with httpx2.AsyncClient(transport=transport, base_url="http://scraper") as client:
            yield client
        await house.dismiss()


@pytest.fixture
async def doors(google: Issuer, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """In `cloud-tasks` mode."""
    async for client in visiting(tmp_path, google):
        yield client


async def knock(client: httpx2.AsyncClient, path: str, token: str) -> int:
    body = {} if path == "/callbacks/replay" else task()
    answer = await client.post(path, json=body, headers={"authorization": f"Bearer {token}"})
    return answer.status_code


@pytest.mark.parametrize("path", DOORS)
async def test_a_good_token_and_the_static_one_are_let_in(doors: httpx2.AsyncClient, google: Issuer, path: str) -> None:
    good = 200 if path == "/callbacks/replay" else 202
    assert await knock(doors, path, google.token(AUDIENCE, time.time())) == good
    assert await knock(doors, path, google.token(AUDIENCE, time.time(), iss="accounts.google.com")) == good
    assert await knock(doors, path, STATIC) == good


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("why", BAD)
async def test_any_other_token_is_not(doors: httpx2.AsyncClient, google: Issuer, path: str, why: str) -> None:
    assert await knock(doors, path, google.token(AUDIENCE, time.time(), **BAD[why])) == 401


@pytest.mark.parametrize("path", DOORS)
async def test_what_nobody_signed_is_not(doors: httpx2.AsyncClient, google: Issuer, path: str) -> None:
    for name, token in lies(google.token(AUDIENCE, time.time())).items():
        assert await knock(doors, path, token) == 401, name


@pytest.mark.parametrize("path", DOORS)
async def test_without_a_header_nobody_is(doors: httpx2.AsyncClient, path: str) -> None:
    assert (await doors.post(path, json=task())).status_code == 401


async def test_the_audience_is_the_named_one_before_the_address(google: Issuer, tmp_path: Path) -> None:
    named = "https://audience.example"
    async for client in visiting(tmp_path, google, TASKS_OIDC_AUDIENCE=named):
        assert await knock(client, "/tasks", google.token(named, time.time())) == 202
        assert await knock(client, "/tasks", google.token(AUDIENCE, time.time())) == 401


async def test_without_cloud_tasks_no_id_token_counts(google: Issuer, tmp_path: Path) -> None:
    async for client in visiting(tmp_path, google, QUEUE_PROVIDER="local"):
        assert await knock(client, "/tasks", google.token(AUDIENCE, time.time())) == 401
        assert await knock(client, "/tasks", STATIC) == 202


async def test_keys_that_cannot_be_had_let_nobody_in(google: Issuer, tmp_path: Path) -> None:
    async for client in visiting(tmp_path, google, WORKER_OIDC_JWKS_URL="http://127.0.0.1:9/certs"):
        assert await knock(client, "/tasks", google.token(AUDIENCE, time.time())) == 401
        assert await knock(client, "/tasks", STATIC) == 202
