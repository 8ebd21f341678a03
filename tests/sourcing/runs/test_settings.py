"""What an operator may say of runs, and what stops a start."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from waypost.main.web import _say_what_is_idle
from waypost.platform.http.hardening import Hardening
from waypost.platform.settings import SettingRefused
from waypost.settings import load, without_effect
from waypost.sourcing.notebook.terms import NotebookTerms
from waypost.sourcing.runs.earlier import EarlierSettings
from waypost.sourcing.runs.opening import open_desk
from waypost.sourcing.runs.providers import CloudTasks, Direct
from waypost.sourcing.runs.settings import RunSettings
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.sources.pausing import PauseTerms

CLOUD = {
    "WORKER_TASK_PROVIDER": "cloud-tasks",
    "WORKER_TASKS_PROJECT_ID": "p",
    "WORKER_TASKS_LOCATION": "l",
    "WORKER_TASKS_QUEUE": "q",
    "WORKER_TASK_URL": "https://scraper.example/tasks",
}
WHOLE = {
    "WORKER_TASK_URL": "https://scraper.example/tasks",
    "WORKER_AUTH_TOKEN": "secret",
    "WORKER_CALLBACK_URL": "https://api.example/api/job-sources/complete",
}


def settings(**named: object) -> RunSettings:
    """By documented names."""
    return RunSettings.model_validate(named)


def test_what_is_documented_is_the_default() -> None:
    assert settings().terms(NotebookTerms(), PauseTerms(), "Default") == RunTerms(has_worker=False)


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ({"WORKER_TASK_PROVIDER": "cloud-tasks"}, "needs WORKER_TASKS_PROJECT_ID"),
        (CLOUD | {"WORKER_TASKS_QUEUE": ""}, "needs WORKER_TASKS_PROJECT_ID"),
        ({"WORKER_TASKS_SERVICE_ACCOUNT_EMAIL": "nobody"}, "WORKER_TASKS_SERVICE_ACCOUNT_EMAIL"),
        ({"WORKER_CALLBACK_URL": "https://api.example/complete"}, "must end in /api/job-sources/complete"),
        ({"SCRAPE_ADAPTIVE_QUERY_TARGET_MIN": 50}, "SCRAPE_ADAPTIVE_QUERY_TARGET_MIN"),
        ({"WORKER_TASK_DISPATCH_DEADLINE_MS": 180_000}, "longer than WORKER_TASK_TIMEOUT_MS"),
        ({"SCRAPE_STALE_RUNNING_MINUTES": 4}, "longer than WORKER_TASK_DISPATCH_DEADLINE_MS"),
        ({"SCRAPE_MAX_ACTIVE_RUNS_PER_USER": 21}, "less than or equal to 20"),
        ({"WORKER_TASK_PROVIDER": "pigeon"}, "http"),
    ],
)
def test_what_cannot_work_stops_the_start(named: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(**named)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        (WHOLE | {"WORKER_CALLBACK_URL": ""}, "WORKER_CALLBACK_URL must be set"),
        (
            WHOLE | {"WORKER_CALLBACK_URL": "http://api.example/api/job-sources/complete"},
            "WORKER_CALLBACK_URL must begin",
        ),
        (WHOLE | {"WORKER_TASK_URL": "http://scraper.example/tasks"}, "WORKER_TASK_URL must begin"),
        (WHOLE | {"WORKER_TASK_URL": "https://scraper.example/elsewhere"}, "WORKER_TASK_URL must end"),
        (WHOLE | {"WORKER_AUTH_TOKEN": None}, "WORKER_AUTH_TOKEN must be set"),
    ],
)
def test_what_production_does_not_start_with(named: dict[str, object], sentence: str) -> None:
    with pytest.raises(SettingRefused, match=sentence):
        settings(**named).check(prod=True)
    settings(**named).check(prod=False)


def test_what_production_starts_with() -> None:
    settings(**WHOLE).check(prod=True)
    settings(**CLOUD, WORKER_CALLBACK_URL=WHOLE["WORKER_CALLBACK_URL"]).check(prod=True)
    settings().check(prod=True)
    near = {
        "WORKER_TASK_URL": "http://127.0.0.1:4001/scrape",
        "WORKER_CALLBACK_URL": "http://localhost/api/job-sources/complete",
    }
    settings(**WHOLE | near).check(prod=True)
    plain = {"WORKER_TASK_URL": "http://scraper:4001/tasks"}
    settings(**WHOLE | plain).check(prod=True, insecure=True)


def test_secrets_do_not_show() -> None:
    made = settings(**WHOLE, OPS_INTERNAL_TOKEN="also secret")
    shown = (
        repr(made) + repr(made.handover("https://home.example")) + repr(made.terms(NotebookTerms(), PauseTerms(), "D"))
    )
    assert "secret" not in shown.replace("SecretStr", "")


def test_reports_come_home_unless_it_is_said_otherwise() -> None:
    assert settings().handover("https://home.example/").callback_url == "https://home.example/api/job-sources/complete"


def test_a_queue_of_the_cloud_is_what_the_names_say() -> None:
    named = {
        "WORKER_TASKS_SERVICE_ACCOUNT_EMAIL": "caller@p.example",
        "WORKER_TASKS_OIDC_AUDIENCE": "https://a.example",
    }
    made = settings(**CLOUD, **named, WORKER_REQUEST_TIMEOUT_MS=1_500, WORKER_TASKS_API_URL="https://emulator.example/")
    to = made.handover("https://home.example")
    assert (to.queue, to.tasks_api) == ("projects/p/locations/l/queues/q", "https://emulator.example")
    assert (to.service_account, to.audience, to.patience) == ("caller@p.example", "https://a.example", 1.5)
    terms = made.terms(NotebookTerms(), PauseTerms(), "Default")
    kinds = [type(open_desk(each, terms, Hardening(), "").provider) for each in (made, settings(**WHOLE))]
    assert (terms.provider, kinds) == ("cloud-tasks", [CloudTasks, Direct])


def test_names_of_the_earlier_service_are_taken_and_said_to_be_idle(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("API_PREFIX", "api")
    monkeypatch.setenv("NODE_ENV", "production")
    monkeypatch.delenv("HOST", raising=False)
    told = without_effect(load(tmp_path))
    assert [sentence.split()[0] for sentence in told] == ["API_PREFIX", "NODE_ENV"]
    assert set(EarlierSettings.WITHOUT_EFFECT) == set(EarlierSettings.model_fields)
    with capture_logs() as lines:
        _say_what_is_idle(load(tmp_path))
    assert [line["detail"] for line in lines] == told
