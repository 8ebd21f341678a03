"""A person's program against the API, and a scraper's voice: what the stages speak with."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx2

from waypost.cli.smoking.house import Unwell
from waypost.cli.smoking.terms import Place
from waypost.platform.ids import new_id
from waypost.sourcing.wire.canonical import canonical, payload_hash
from waypost.sourcing.wire.signing import Signed, headers

PATIENCE = 180.0
LOOK_SECONDS = 0.25
PROGRAM = {"accept": "application/json"}
Found = TypeVar("Found")


def until(look: Callable[[], Found | None], what: str, seconds: float = PATIENCE) -> Found:
    """The first truthy look; `Unwell` names what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(LOOK_SECONDS)
    raise Unwell(f"{what} did not come within {seconds:.0f} s")


def expect(truth: object, sentence: str) -> None:
    """Or else it is unwell."""
    if not truth:
        raise Unwell(sentence)


@dataclass(slots=True)
class Caller:
    """Signed in as the owner; `send` gives the JSON and refuses any status but the expected ones."""

    place: Place
    client: httpx2.Client = field(
        default_factory=lambda: httpx2.Client(timeout=30, headers={"accept": "application/json"})
    )
    csrf: str = ""

    def sign_in(self, password: str, new_password: str | None = None) -> int:
        """The status of the attempt."""
        self.csrf = self.client.get(f"{self.place.api}/auth/csrf").json()["csrf_token"]
        body = {"email": self.place.email, "password": password} | (
            {"new_password": new_password} if new_password else {}
        )
        answer = self.client.post(f"{self.place.api}/auth/login", json=body, headers={"x-csrf-token": self.csrf})
        self.csrf = answer.json().get("csrf_token", self.csrf)
        return answer.status_code

    def status(self, method: str, path: str, **options: Any) -> int:
        """Only how it was answered."""
        return self._ask(method, path, **options).status_code

    def send(self, method: str, path: str, *, good: tuple[int, ...] = (200, 201), **options: Any) -> Any:
        """The answer's JSON."""
        answer = self._ask(method, path, **options)
        expect(answer.status_code in good, f"{method} {path} answered {answer.status_code}: {answer.text[:500]}")
        return answer.json() if answer.content else None

    def _ask(self, method: str, path: str, **options: Any) -> httpx2.Response:
        told = {"x-csrf-token": self.csrf} | options.pop("headers", {})
        return self.client.request(method, f"{self.place.api}{path}", headers=told, **options)

    def report(self, path: str, body: dict[str, Any], word: str, *, spoil: bool = False, signed: bool = True) -> int:
        """A callback as the scraper would send it; `spoil` changes the body after it was signed."""
        full = {"eventId": str(new_id()), **body}
        raw, request_id = canonical(full | {"payloadHash": payload_hash(full)}), str(new_id())
        what = Signed(
            run_id=body["sourceRunId"],
            status_word=word,
            task_run_id=body.get("runId", ""),
            request_id=request_id,
            event_id=full["eventId"],
            body=raw,
        )
        told = {"content-type": "application/json", "x-request-id": request_id}
        if signed:
            told |= headers(self.place.secret.encode(), int(time.time()), what)
        if self.place.callback_token:
            told["authorization"] = f"Bearer {self.place.callback_token}"
        sent = raw.replace(b'"title":"', b'"title":"not ', 1) if spoil else raw
        return httpx2.post(f"{self.place.api}{path}", content=sent, headers=told, timeout=30).status_code


def position(number: int, run_id: str) -> dict[str, Any]:
    """An offer that no board has."""
    return {
        "url": f"https://board.example.org/jobs/{run_id}-{number}",
        "title": f"Lamplighter {number}",
        "description": "Lights lamps at dusk and puts them out at dawn, in all weathers.",
        "company": "Marigold Lights",
        "location": "Gdańsk",
        "sourceId": f"{run_id}-{number}",
    }


def as_json(value: object) -> bytes:
    """A file's content."""
    return json.dumps(value, indent=2).encode()
