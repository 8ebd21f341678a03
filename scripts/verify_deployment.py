"""Asks a deployment whether it works (sourcing.md 5.5). Nothing but Python's own library, so that it runs anywhere.

Every failure is a token: `api-health-503`, `worker-auth-probe-200`, `web-root-content-type`; `000` stands for silence.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

PATIENCE, SLOW = 10.0, 2.0
"""Seconds after which nobody answers, and after which an answer is too slow."""
SILENCE = "000"
QUEUE = ("queued", "active", "maxConcurrent", "maxQueueSize", "taskTimeoutMs")
RELEASE = ("sha", "ref", "created_at")
TRUE = ("1", "true", "yes", "on")
FORGED = {"x-worker-timestamp": "1700000000", "x-worker-signature": "0" * 64, "x-worker-signature-v2": "0" * 64}
RUN = "00000000-0000-4000-8000-000000000000"


class WrongCall(Exception):
    """Something that must be named is not; the message says what."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status `000` where nothing did."""

    status: str
    media: str = ""
    body: bytes = b""
    seconds: float = 0.0

    def json(self) -> Any:
        """The body; None where it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(slots=True)
class Target:
    """One of the three, and what became of it."""

    name: str
    url: str
    probe: Callable[["Target"], Iterator[str]]
    wanted: Mapping[str, str] = field(default_factory=dict)
    """What `/health` must tell of the release: `sha`, `ref`, `created_at`, as far as they were named."""
    revision: str | None = None
    reasons: list[str] = field(default_factory=list)

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request; redirects are answers, not followed."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(self.url.rstrip("/") + path, body, sent, method="GET" if body is None else "POST")
        begun = time.monotonic()
        try:
            with _opener.open(request, timeout=PATIENCE) as answer:
                return Answer(str(answer.status), answer.headers.get("content-type", ""), answer.read(), _since(begun))
        except HTTPError as refused:
            with refused:
                media = refused.headers.get("content-type", "")
                return Answer(str(refused.code), media, refused.read(), _since(begun))
        except (OSError, HTTPException, ValueError):
            return Answer(SILENCE)

    def told(self, environment: Mapping[str, str]) -> dict[str, Any]:
        """As the summary has it."""
        about = {each: environment.get(f"{self.name.upper()}_{each.upper()}") for each in ("service", "image")}
        reason = ",".join(self.reasons) or None
        state = {"enabled": True, "ok": not self.reasons, "reason": reason}
        return {**state, "url": self.url, "revision": self.revision, **about}


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_asked: Any, **_named: Any) -> None:
        """A redirect is what was answered."""


_opener = build_opener(_Stay)


def api(target: Target) -> Iterator[str]:
    """The API: alive, ready, shut to strangers, deaf to forgers."""
    health = target.ask("/health")
    yield from _expect("api-health", health, "200")
    yield from _quick("api", health)
    yield from _release("api", target, health)
    yield from _expect("api-ready", target.ask("/health/test"), "200")
    yield from _expect("api-auth-probe", target.ask("/api/job-sources/runs", accept="application/json"), "401", "403")
    ended = json.dumps({"sourceRunId": RUN, "eventId": "verify", "status": "COMPLETED"}).encode()
    complete, kind = "/api/job-sources/complete", "application/json"
    yield from _expect("api-callback-unsigned", target.ask(complete, ended, content_type=kind), "401")
    forged = {name.replace("-", "_"): value for name, value in FORGED.items()}
    answer = target.ask(complete, ended, content_type=kind, x_request_id="verify", **forged)
    yield from _expect("api-callback-forged", answer, "401")


def worker(target: Target) -> Iterator[str]:
    """The worker: alive with its queue, shut to strangers."""
    health = target.ask("/health")
    yield from _expect("worker-health", health, "200")
    yield from _quick("worker", health)
    yield from _release("worker", target, health)
    told = health.json()
    queue = told.get("queue") if isinstance(told, dict) else None
    if health.status == "200" and not (isinstance(queue, dict) and all(name in queue for name in QUEUE)):
        yield "worker-queue-fields"
    kind = "application/json"
    yield from _expect("worker-auth-probe", target.ask("/tasks", b"{}", content_type=kind), "401")
    yield from _expect("worker-replay-probe", target.ask("/callbacks/replay", b"{}", content_type=kind), "401")


def web(target: Target) -> Iterator[str]:
    """The pages: alive, and a first page for people."""
    health = target.ask("/health")
    yield from _expect("web-health", health, "200")
    yield from _quick("web", health)
    root = target.ask("/", accept="text/html")
    yield from _expect("web-root", root, "200", "307", "308")
    if root.status in ("200", "307", "308") and not root.media.startswith("text/html"):
        yield "web-root-content-type"


PROBES = {"api": api, "worker": worker, "web": web}


def main(environment: Mapping[str, str]) -> int:
    """0 where everything is well, else 1; 2 where something is not named."""
    try:
        targets = list(chosen(environment))
        retries, pause = _number(environment, "VERIFY_RETRIES", 12), _number(environment, "VERIFY_DELAY_SEC", 5)
    except WrongCall as wrong:
        sys.stderr.write(f"verify-deployment: {wrong}\n")
        return 2
    for target in targets:
        _try(target, max(1, retries), pause)
    summary = Path(environment.get("VERIFY_SUMMARY_FILE") or "deployment-verify-summary.json")
    summary.write_text(json.dumps(_summary(targets, environment), indent=2) + "\n", encoding="utf-8")
    for target in targets:
        print(f"{target.name}: {', '.join(target.reasons) or 'ok'}")
    return 1 if any(target.reasons for target in targets) else 0


def chosen(environment: Mapping[str, str]) -> Iterator[Target]:
    """Those that are switched on; each needs its address."""
    for name, probe in PROBES.items():
        if environment.get(f"VERIFY_{name.upper()}", "true").strip().lower() in TRUE:
            url = environment.get(f"{name.upper()}_BASE_URL", "").strip()
            if not url.startswith(("http://", "https://")):
                way_out = f"or set VERIFY_{name.upper()}=false"
                raise WrongCall(f"{name.upper()}_BASE_URL must be an http(s) address ({way_out})")
            named = {fact: environment.get(f"RELEASE_{fact.upper()}", "").strip() for fact in RELEASE}
            yield Target(name, url, probe, {fact: value for fact, value in named.items() if value})


def _try(target: Target, retries: int, pause: float) -> None:
    """Until it is well, or as often as allowed: a deployment takes a while to come up."""
    for left in range(retries, 0, -1):
        target.reasons = list(target.probe(target))
        if not target.reasons or left == 1:
            return
        time.sleep(pause)


def _summary(targets: list[Target], environment: Mapping[str, str]) -> dict[str, Any]:
    off: dict[str, Any] = {"enabled": False, "ok": True, "reason": None, "url": None, "revision": None}
    told: dict[str, Any] = {"releaseSha": environment.get("RELEASE_SHA") or None}
    told["verifiedAt"] = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    known = {target.name: target.told(environment) for target in targets}
    return told | {name: known.get(name, {**off, "service": None, "image": None}) for name in PROBES}


def _expect(token: str, answer: Answer, *good: str) -> Iterator[str]:
    if answer.status not in good:
        yield f"{token}-{answer.status}"


def _quick(name: str, answer: Answer) -> Iterator[str]:
    if answer.seconds >= SLOW:
        yield f"{name}-health-slow"


def _release(name: str, target: Target, health: Answer) -> Iterator[str]:
    """What runs is what was released: every fact that was named must be told, and be the same, at both ends."""
    told = health.json()
    facts = told if isinstance(told, dict) else {}
    target.revision = facts.get("sha")
    if health.status != "200":
        return
    for fact, wanted in target.wanted.items():
        if facts.get(fact) != wanted:
            yield f"{name}-release-{fact}"


def _number(environment: Mapping[str, str], name: str, usual: int) -> int:
    said = environment.get(name, "").strip() or str(usual)
    if not said.isdecimal():
        raise WrongCall(f"{name} must be a whole number")
    return int(said)


def _since(begun: float) -> float:
    return time.monotonic() - begun


if __name__ == "__main__":
    sys.exit(main(os.environ))
