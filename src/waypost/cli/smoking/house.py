"""A deployment of the smoke test's own: a fresh folder, everything started as an operator starts it, and removed."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_urlsafe

from waypost.cli.lending import LOOPBACK
from waypost.cli.listening import free_port, next_free_port
from waypost.cli.smoking.terms import Place

API_PORT = 3100
ORGANISATION, EMAIL, PASSWORD = "Smoke", "smoke@example.org", "smoke without any fire"
TAIL = 3_000
STOP_SECONDS = 60.0


class Unwell(Exception):
    """Something is not as it should be; the message says what."""


@contextmanager
def own_house() -> Iterator[Place]:
    """Everything on loopback, signing on. What goes wrong carries the end of its log."""
    with tempfile.TemporaryDirectory(prefix="waypost-smoke-") as folder:
        data, log = Path(folder) / "data", Path(folder) / "up.log"
        port, secret = next_free_port(LOOPBACK, API_PORT), token_urlsafe(32)
        said = environment(secret)
        around = os.environ | said | _where(data, port)
        with _running([*_command("up"), "--port", str(port), "--with-scraper"], around, log):
            base = f"http://{LOOPBACK}:{port}"
            there = f"http://{LOOPBACK}:{said['WORKER_PORT']}"
            place = Place(base, there, base, EMAIL, PASSWORD, secret, dead_letters=_letters(data), data=data)
            try:
                yield place
            except Exception as error:
                raise Unwell(f"{error}\n--- {log.name}\n{log.read_text(errors='replace')[-TAIL:]}") from error


def found_organisation(place: Place) -> str:
    """The organisation and its owner; gives the password that the owner changes at once."""
    command = [*_command("org"), "create", ORGANISATION, "--owner", EMAIL, "--json", "--data", str(place.data)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unwell(done.stderr[-TAIL:])
    told: dict[str, str] = json.loads(done.stdout)
    return told["one_time_password"]


def environment(secret: str) -> dict[str, str]:
    """A quick pulse, a short queue, leave to read a board on this machine, what reports are signed with, and a port of
    its own for the scraper."""
    return {
        "APP_ENV": "dev",
        "LOG_LEVEL": "warning",
        "ALLOWED_PRIVATE_CIDRS": "127.0.0.0/8",
        "RATE_LIMIT_REQUESTS_PER_MINUTE": "0",
        "RATE_LIMIT_SESSION_PER_MINUTE": "0",
        "SCRAPE_ENQUEUE_IDEMPOTENCY_TTL_SEC": "0",
        "SCRAPE_MAX_ACTIVE_RUNS_PER_USER": "10",
        "WORKER_CALLBACK_SIGNING_SECRET": secret,
        "WORKER_PORT": str(free_port(LOOPBACK, 0)),
        "WORKER_HEARTBEAT_INTERVAL_MS": "1000",
        "WORKER_MAX_CONCURRENT_TASKS": "1",
        "WORKER_MAX_QUEUE_SIZE": "1",
    }


def _where(data: Path, port: int) -> dict[str, str]:
    return {"WAYPOST_DATA": str(data), "API_BASE_URL": f"http://{LOOPBACK}:{port}"}


def _letters(data: Path) -> Path:
    return data / "scraper" / "dead-letter"


def _command(name: str) -> list[str]:
    return [sys.executable, "-m", "waypost.cli", name]


@contextmanager
def _running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said, start_new_session=True)
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
