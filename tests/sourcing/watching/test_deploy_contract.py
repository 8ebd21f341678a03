"""validate-deploy-contract: environments of API and scraper, judged before anything is deployed."""

import sys
from pathlib import Path

import pytest

from scripts import validate_deploy_contract
from tests.sourcing.watching.test_scripts import called

COMPLETE = "https://api.example/api/job-sources/complete"
API = {
    "WORKER_TASK_URL": "https://scraper.example/tasks",
    "WORKER_AUTH_TOKEN": "a token",
    "WORKER_CALLBACK_URL": COMPLETE,
    "WORKER_CALLBACK_SIGNING_SECRET": "a secret",
}
WORKER = {
    "TASKS_AUTH_TOKEN": "a token",
    "WORKER_CALLBACK_URL": COMPLETE,
    "WORKER_CALLBACK_SIGNING_SECRET": "a secret",
    "WORKER_ALLOWED_ORIGINS": "none",
}


def contract(folder: Path, api: dict[str, str], worker: dict[str, str]) -> list[str]:
    files = folder / "api.env", folder / "worker.env"
    for file, said in zip(files, (API | api, WORKER | worker), strict=True):
        file.write_text("".join(f"{name}={value}\n" for name, value in said.items() if value))
    return validate_deploy_contract.faults(*files)


def test_a_pair_that_fits_may_be_deployed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret\n")
    named = {"WORKER_CALLBACK_SIGNING_SECRET": "", "WORKER_CALLBACK_SIGNING_SECRET_FILE": str(secret)}
    assert contract(tmp_path, {}, named) == []
    rotated = {"WORKER_CALLBACK_SIGNING_SECRET": "new", "WORKER_CALLBACK_SIGNING_SECRET_PREVIOUS": "a secret"}
    assert contract(tmp_path, rotated, {}) == []
    done = called("validate-deploy-contract.sh", "--api", tmp_path / "api.env", PYTHON=sys.executable)
    assert (done.returncode, done.stdout) == (0, "This pair starts in production.\n"), done.stderr
    assert called("validate-deploy-contract.sh", PYTHON=sys.executable).returncode == 2


@pytest.mark.parametrize(
    ("api", "worker", "side", "name"),
    [
        ({"WORKER_TASK_URL": ""}, {}, "api", "WORKER_TASK_URL"),
        ({"WORKER_TASK_URL": "http://scraper.example/tasks"}, {}, "api", "WORKER_TASK_URL"),
        ({"WORKER_AUTH_TOKEN": ""}, {}, "api", "WORKER_AUTH_TOKEN"),
        ({"WORKER_TASK_PROVIDER": "cloud-tasks"}, {}, "api", "WORKER_TASKS_PROJECT_ID"),
        ({"WORKER_TASK_TIMEOUT_MS": "never"}, {}, "api", "WORKER_TASK_TIMEOUT_MS"),
        ({"WORKER_CALLBACK_OIDC_AUDIENCE": "http://api.example"}, {}, "api", "WORKER_CALLBACK_OIDC_AUDIENCE"),
        ({}, {"WORKER_ALLOWED_ORIGINS": ""}, "worker", "WORKER_ALLOWED_ORIGINS"),
        ({}, {"TASKS_AUTH_TOKEN": ""}, "worker", "TASKS_AUTH_TOKEN"),
        ({}, {"WORKER_CALLBACK_URL": "https://api.example/"}, "worker", "WORKER_CALLBACK_URL"),
        ({}, {"WORKER_CALLBACK_SIGNING_SECRET_FILE": "/none"}, "worker", "WORKER_CALLBACK_SIGNING_SECRET_FILE"),
        ({}, {"TASKS_AUTH_TOKEN": "another"}, "both", "WORKER_AUTH_TOKEN"),
        ({}, {"WORKER_CALLBACK_SIGNING_SECRET": "another"}, "both", "WORKER_CALLBACK_SIGNING_SECRET"),
        ({"WORKER_CALLBACK_TOKEN": "t"}, {}, "both", "WORKER_CALLBACK_TOKEN"),
    ],
)
def test_what_would_not_start_or_not_fit_is_named(
    tmp_path: Path, api: dict[str, str], worker: dict[str, str], side: str, name: str
) -> None:
    found = contract(tmp_path, api, worker)
    assert any(each.startswith(f"{side}: ") and name in each for each in found), found
    assert "a secret" not in str(found) and "another" not in str(found)
