"""verify-deployment and verify-release as operators call them: each thing that is broken has its own token."""

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scripts import verify_deployment, verify_release
from tests.sourcing.watching.far_side import FarSide, far_side

SCRIPTS = Path(__file__).parents[3] / "scripts"
SHA = "0123456789abcdef0123456789abcdef01234567"
QUEUE = {"queued": 0, "active": 0, "maxConcurrent": 1, "maxQueueSize": 20, "taskTimeoutMs": 180_000}
FACTS = {"sha": SHA, "ref": "main", "created_at": "2026-11-20T10:00:00Z"}
NAMED = {f"RELEASE_{name.upper()}": value for name, value in FACTS.items()}
COMPLETE = "POST /api/job-sources/complete"
WELL: dict[str, Any] = {
    "GET /health": (200, {"status": "ok", **FACTS, "queue": QUEUE}),
    "GET /health/test": (200, {"status": "ok"}),
    "GET /api/job-sources/runs": (401, {}),
    COMPLETE: (401, {}),
    "POST /tasks": (401, {}),
    "POST /callbacks/replay": (401, {}),
    "GET /": (200, "<!doctype html>"),
}


@pytest.fixture
def side() -> Iterator[FarSide]:
    """API, worker and web in one, all of them well."""
    with far_side() as made:
        made.answers, made.media = dict(WELL), {"/": "text/html; charset=utf-8"}
        yield made


def named_for(folder: Path, side: FarSide, **named: str) -> dict[str, str]:
    addresses = {f"{name}_BASE_URL": side.base for name in ("API", "WORKER", "WEB")}
    quick = {"VERIFY_RETRIES": "1", "VERIFY_DELAY_SEC": "0", "VERIFY_SUMMARY_FILE": str(folder / "summary.json")}
    return {**addresses, **quick, **named}


def verify(folder: Path, side: FarSide, **named: str) -> tuple[int, dict[str, Any]]:
    """Exit code and summary."""
    code = verify_deployment.main(named_for(folder, side, **named))
    file = folder / "summary.json"
    return code, json.loads(file.read_text()) if file.exists() else {}


def called(script: str, *arguments: object, **named: str) -> "subprocess.CompletedProcess[str]":
    """As operators call it."""
    command = [str(SCRIPTS / script), *map(str, arguments)]
    known = {"PATH": os.environ["PATH"], **named}
    return subprocess.run(command, env=known, capture_output=True, text=True, check=False, timeout=60)


def test_the_script_is_called_by_its_name(side: FarSide, tmp_path: Path) -> None:
    done = called("verify-deployment.sh", **named_for(tmp_path, side))
    assert (done.returncode, done.stdout) == (0, "api: ok\nworker: ok\nweb: ok\n"), done.stderr
    side.answers["POST /tasks"] = (202, {})
    assert called("verify-deployment.sh", **named_for(tmp_path, side)).returncode == 1


def test_a_deployment_that_works_is_well(side: FarSide, tmp_path: Path) -> None:
    code, summary = verify(tmp_path, side, **NAMED, API_IMAGE="registry.example/api")
    assert code == 0 and summary["releaseSha"] == SHA and summary["verifiedAt"].endswith("Z")
    assert set(summary["api"]) == {"enabled", "ok", "reason", "service", "url", "revision", "image"}
    assert summary["api"]["revision"] == SHA and summary["api"]["image"] == "registry.example/api"
    forged = [each for each in side.asked if each.path == "/api/job-sources/complete"]
    assert ["x-worker-signature-v2" in each.headers for each in forged] == [False, True]


BROKEN = {
    "api-health-503": ("GET /health", (503, {"queue": QUEUE}), {"VERIFY_WORKER": "false", "VERIFY_WEB": "false"}),
    "api-auth-probe-200": ("GET /api/job-sources/runs", (200, {"items": []}), {}),
    "api-ready-503": ("GET /health/test", (503, {}), {}),
    "api-release-sha": ("GET /health", (200, {"sha": "f" * 40}), {"RELEASE_SHA": SHA, "VERIFY_WORKER": "false"}),
    "api-release-ref": (
        "GET /health",
        (200, FACTS | {"ref": "other"}),
        NAMED | {"VERIFY_WORKER": "false", "VERIFY_WEB": "false"},
    ),
    "worker-release-created_at": (
        "GET /health",
        (200, FACTS | {"created_at": None, "queue": QUEUE}),
        NAMED | {"VERIFY_API": "false", "VERIFY_WEB": "false"},
    ),
    "worker-release-sha": (
        "GET /health",
        (200, {"queue": QUEUE}),
        {"RELEASE_SHA": SHA, "VERIFY_API": "false", "VERIFY_WEB": "false"},
    ),
    "worker-health-500": ("GET /health", (500, {}), {"VERIFY_API": "false", "VERIFY_WEB": "false"}),
    "worker-queue-fields": ("GET /health", (200, {"queue": {"queued": 0}}), {"VERIFY_API": "false"}),
    "worker-auth-probe-202": ("POST /tasks", (202, {}), {}),
    "worker-replay-probe-200": ("POST /callbacks/replay", (200, {}), {}),
    "web-health-404": ("GET /health", (404, {}), {"VERIFY_API": "false", "VERIFY_WORKER": "false"}),
    "web-root-500": ("GET /", (500, "x"), {}),
}


@pytest.mark.parametrize("token", BROKEN)
def test_each_broken_part_has_its_own_token(side: FarSide, tmp_path: Path, token: str) -> None:
    place, answer, named = BROKEN[token]
    side.answers[place] = answer
    code, summary = verify(tmp_path, side, **named)
    reasons = list(filter(None, (summary[name]["reason"] for name in ("api", "worker", "web"))))
    assert code == 1 and reasons == [token]
    assert summary[token.partition("-")[0]]["ok"] is False


def test_a_page_that_is_no_page(side: FarSide, tmp_path: Path) -> None:
    side.media = {}
    assert verify(tmp_path, side)[1]["web"]["reason"] == "web-root-content-type"


@pytest.mark.parametrize(("signed", "token"), [(False, "api-callback-unsigned-201"), (True, "api-callback-forged-201")])
def test_an_api_that_believes_everybody(side: FarSide, tmp_path: Path, signed: bool, token: str) -> None:
    side.answers[COMPLETE] = lambda asked: (201 if ("x-worker-signature" in asked.headers) is signed else 401, {})
    assert verify(tmp_path, side)[1]["api"]["reason"] == token


def test_silence_is_three_noughts_and_all_targets_are_tried(side: FarSide, tmp_path: Path) -> None:
    nowhere = {"API_BASE_URL": "http://127.0.0.1:1"}
    code, summary = verify(tmp_path, side, **nowhere)
    assert code == 1 and summary["api"]["reason"].startswith("api-health-000,") and summary["web"]["ok"]


def test_a_deployment_that_comes_up_late_is_waited_for(side: FarSide, tmp_path: Path) -> None:
    answers: Iterator[tuple[int, Any]] = iter([(503, {}), (503, {})])
    side.answers["GET /health/test"] = lambda _asked: next(answers, (200, {}))
    assert verify(tmp_path, side, VERIFY_RETRIES="3")[0] == 0


def test_an_address_that_is_missing_is_a_wrong_call(
    side: FarSide, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(tmp_path, side, WORKER_BASE_URL="")[0] == 2 and "WORKER_BASE_URL" in capsys.readouterr().err
    assert verify(tmp_path, side, WORKER_BASE_URL="", VERIFY_WORKER="false")[0] == 0


RELEASE = {
    "ref": "main",
    "sha": SHA,
    "release_tag": "v1.2.0",
    "created_at": "2026-11-20T10:00:00Z",
    **{f"{name}_image": f"registry.example/{name}@sha256:{'a' * 64}" for name in ("api", "worker", "web")},
}
CAMEL = verify_release.NAMES
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def candidate(folder: Path, as_json: bool, **changed: str) -> Path:
    told = {**RELEASE, **changed}
    text = json.dumps({CAMEL.get(name, name): value for name, value in told.items()}) if as_json else ""
    file = folder / "release-candidate"
    file.write_text(text or "".join(f"{name}={value}\n" for name, value in told.items()))
    return file


@pytest.mark.parametrize("as_json", [False, True])
def test_a_whole_release_may_be_promoted(tmp_path: Path, as_json: bool) -> None:
    found = verify_release.facts(candidate(tmp_path, as_json).read_text())
    assert list(verify_release.faults(found, NOW)) == []


def test_a_release_is_judged_by_its_file(tmp_path: Path) -> None:
    done = called("verify-release.sh", candidate(tmp_path, False), "--at", NOW.isoformat())
    assert done.returncode == 0 and "may be promoted" in done.stdout
    assert called("verify-release.sh", tmp_path / "nothing").returncode == 2


@pytest.mark.parametrize(
    ("name", "value", "token"),
    [
        ("sha", SHA[:12], "release-sha-format"),
        ("sha", "", "release-missing-sha"),
        ("ref", "", "release-missing-ref"),
        ("created_at", "2026-11-22T11:00:00Z", "release-created_at-future"),
        ("created_at", "2026-10-20T10:00:00Z", "release-created_at-old"),
        ("created_at", "2026-11-20T10:00:00+02:00", "release-created_at-format"),
        ("created_at", "yesterday", "release-created_at-format"),
        ("worker_image", "registry.example/worker:latest", "release-worker_image-digest"),
    ],
)
def test_what_is_wrong_with_a_release_is_named(tmp_path: Path, name: str, value: str, token: str) -> None:
    found = verify_release.facts(candidate(tmp_path, False, **{name: value}).read_text())
    assert list(verify_release.faults(found, NOW)) == [token]
