"""Putting a scraper together: its file, its voice, its visitors, from what the operator said."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import SecretStr

from waypost.platform.clock import Clock, utc_now
from waypost.platform.errors import Unavailable
from waypost.platform.http.addresses import Trust
from waypost.platform.http.client import Patience, WayOut
from waypost.sourcing.scraper.courier import Courier
from waypost.sourcing.scraper.guard import Guard
from waypost.sourcing.scraper.hiring import Crew
from waypost.sourcing.scraper.house import House
from waypost.sourcing.scraper.pacing import Pace
from waypost.sourcing.scraper.refusing import is_loopback
from waypost.sourcing.scraper.runner import Runner
from waypost.sourcing.scraper.settings import ScraperSettings
from waypost.sourcing.scraper.speaking import PATIENCE, Voice, api_breaker
from waypost.sourcing.scraper.store import Store
from waypost.sourcing.scraper.store.tasks import Room
from waypost.sourcing.scraper.targets import Home
from waypost.sourcing.scraper.web import Face
from waypost.sourcing.wire.minting import Minter, service_account
from waypost.sourcing.wire.tokens import IdTokens

KEYS_PATIENCE = Patience(connect=5, read=5, total=10, max_bytes=1_000_000)
Hire = Callable[[ScraperSettings, Store], Crew]


def furnish(settings: ScraperSettings, store: Store, hire: Hire, clock: Clock = utc_now) -> House:
    """One scraper with its parts; nothing runs yet."""
    voice = _voice(settings, clock)
    pace = Pace(
        settings.retry_attempts, settings.retry_backoff_ms, settings.retry_max_delay_ms, settings.retry_jitter_pct
    )
    courier = Courier(store, voice, pace, clock)
    voice.back = courier.hurry
    crew = hire(settings, store)
    runner = Runner(
        store,
        courier,
        voice,
        voice.home,
        crew.carry,
        crew.visitors,
        Room(settings.worker_max_concurrent_tasks, settings.worker_max_queue_size),
        settings.worker_task_timeout_ms,
        settings.worker_heartbeat_interval_ms / 1_000,
        clock,
    )
    courier.ended = runner.tell_rest
    return House(settings, store, courier, runner, crew, clock)


def face(house: House, clock: Clock = utc_now) -> Face:
    """Its doors."""
    told = house.settings
    named = frozenset(each.strip().rstrip("/") for each in told.worker_allowed_origins.split(",") if each.strip())
    return Face(
        house,
        guard(told, clock),
        named,
        told.worker_max_body_bytes,
        told.worker_smoke_accept_only,
        _secret(told.metrics_token),
        is_loopback(told.worker_host),
    )


def guard(settings: ScraperSettings, clock: Clock) -> Guard:
    """Who comes in."""
    token = _secret(settings.tasks_auth_token)
    if settings.queue_provider != "cloud-tasks":
        return Guard(token, clock=clock)
    keys = WayOut(Trust.OPERATOR, patience=KEYS_PATIENCE)
    audience = settings.tasks_oidc_audience or settings.tasks_url or ""
    issuers = tuple(each.strip() for each in settings.worker_oidc_issuers.split(",") if each.strip())
    ids = IdTokens(_fetching(keys, settings.worker_oidc_keys_url), issuers)
    return Guard(token, ids, audience, settings.tasks_service_account_email, clock)


def _fetching(out: WayOut, url: str) -> Any:
    async def fetch() -> Mapping[str, Any]:
        answer = await out.send("GET", url)
        try:
            found = answer.json()
        except ValueError:
            found = None
        if answer.status_code != 200 or not isinstance(found, dict) or not isinstance(found.get("keys"), list):
            raise Unavailable("the issuer's keys cannot be read")
        return found

    return fetch


def _voice(settings: ScraperSettings, clock: Clock) -> Voice:
    out = WayOut(Trust.OPERATOR, patience=PATIENCE, breaker=api_breaker())
    secret, key = settings.worker_callback_signing_secret, settings.worker_service_account_file
    return Voice(
        out,
        Home(settings.worker_callback_url),
        secret.get_secret_value().encode() if secret else None,
        _secret(settings.worker_callback_token),
        settings.worker_callback_oidc_audience,
        Minter(out, service_account(key) if key else None, clock=clock),
        clock,
    )


def _secret(given: SecretStr | None) -> str | None:
    return given.get_secret_value() if given is not None and given.get_secret_value() else None
