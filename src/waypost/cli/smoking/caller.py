"""A person's program against the API, and a scraper's voice: what the stages speak with."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from waypost.cli.smoking.house import Unwell
from waypost.cli.smoking.line import Answer, Line
from waypost.cli.smoking.terms import Place
from waypost.platform.ids import new_id
from waypost.sourcing.wire.canonical import canonical, payload_hash
from waypost.sourcing.wire.signing import Signed, headers

PATIENCE = 180.0
LOOK_SECONDS = 0.25
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
    line: Line
    csrf: str = ""

    def sign_in(self, password: str, new_password: str | None = None) -> int:
        """The status of the attempt."""
        self.csrf = self.line.ask("GET", f"{self.place.api}/auth/csrf").json()["csrf_token"]
        body = {"email": self.place.email, "password": password}
        body |= {"new_password": new_password} if new_password else {}
        answer = self._ask("POST", "/auth/login", json=body)
        self.csrf = answer.json().get("csrf_token", self.csrf)
        return answer.status

    def status(self, method: str, path: str, **options: Any) -> int:
        """Only how it was answered."""
        return self._ask(method, path, **options).status

    def send(self, method: str, path: str, **options: Any) -> Any:
        """The JSON of an answer that is well."""
        answer = self._ask(method, path, **options)
        expect(200 <= answer.status < 300, f"{method} {path} answered {answer.status}: {answer.text[:500]}")
        return answer.json()

    def _ask(self, method: str, path: str, **options: Any) -> Answer:
        return self.line.ask(method, f"{self.place.api}{path}", {"x-csrf-token": self.csrf}, **options)

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
        return self.line.ask("POST", f"{self.place.api}{path}", told, content=sent).status


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
