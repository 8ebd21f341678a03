"""What a scraper does not start with, each in one sentence (sourcing.md 5.2, 6)."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from waypost.platform.settings import SettingRefused
from waypost.sourcing.scraper.refusing import Deployment, refusals
from waypost.sourcing.scraper.settings import ScraperSettings, load

CALLBACK = "https://waypost.example/api/job-sources/complete"
GOOD: dict[str, str] = {
    "APP_ENV": "prod",
    "WORKER_CALLBACK_URL": CALLBACK,
    "WORKER_CALLBACK_SIGNING_SECRET": "s",
    "TASKS_AUTH_TOKEN": "t",
    "WORKER_ALLOWED_ORIGINS": "none",
}
CLOUD: dict[str, str] = {
    "QUEUE_PROVIDER": "cloud-tasks",
    "TASKS_PROJECT_ID": "p",
    "TASKS_LOCATION": "l",
    "TASKS_QUEUE": "q",
    "TASKS_URL": "https://scraper.example/tasks",
}
REFUSED = [
    ({"WORKER_CALLBACK_URL": ""}, "WORKER_CALLBACK_URL is not set"),
    ({"WORKER_CALLBACK_URL": CALLBACK + "/x"}, "must end with /api/job-sources/complete"),
    ({"WORKER_CALLBACK_URL": CALLBACK.replace("https", "http")}, "WORKER_CALLBACK_URL must begin with https://"),
    ({"WORKER_CALLBACK_SIGNING_SECRET": ""}, "WORKER_CALLBACK_SIGNING_SECRET is not set"),
    ({"TASKS_AUTH_TOKEN": ""}, "TASKS_AUTH_TOKEN is not set"),
    ({"WORKER_ALLOWED_ORIGINS": "*"}, "WORKER_ALLOWED_ORIGINS=* is refused"),
    ({"WORKER_CALLBACK_OIDC_AUDIENCE": "http://x"}, "An audience must begin with https://"),
    ({"TASKS_SERVICE_ACCOUNT_EMAIL": "account"}, "an @ is missing"),
    (CLOUD | {"TASKS_QUEUE": "", "TASKS_LOCATION": ""}, "needs TASKS_LOCATION, TASKS_QUEUE"),
    (CLOUD | {"TASKS_AUTH_TOKEN": ""}, "needs TASKS_AUTH_TOKEN or TASKS_SERVICE_ACCOUNT_EMAIL"),
    (CLOUD | {"TASKS_URL": "https://scraper.example/other"}, "TASKS_URL must end with /tasks or /scrape"),
    (CLOUD | {"TASKS_URL": "http://scraper.example/tasks"}, "TASKS_URL must begin with https://"),
    ({"WORKER_MAX_CONCURRENT_TASKS": "6"}, "WORKER_MAX_CONCURRENT_TASKS"),
    ({"WORKER_MAX_QUEUE_SIZE": "0"}, "WORKER_MAX_QUEUE_SIZE"),
    ({"WORKER_TASK_TIMEOUT_MS": "999"}, "WORKER_TASK_TIMEOUT_MS"),
    ({"WORKER_HEARTBEAT_INTERVAL_MS": "120001"}, "WORKER_HEARTBEAT_INTERVAL_MS"),
    ({"WORKER_CALLBACK_RETRY_ATTEMPTS": "11"}, "WORKER_CALLBACK_RETRY_ATTEMPTS"),
    ({"WORKER_SMOKE_ACCEPT_ONLY": "perhaps"}, "WORKER_SMOKE_ACCEPT_ONLY"),
    ({"WORKER_OUTPUT_STORAGE_BACKEND": "s3"}, "WORKER_OUTPUT_STORAGE_BACKEND"),
]


@pytest.fixture(autouse=True)
def production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A good environment; each test spoils one thing."""
    monkeypatch.chdir(tmp_path)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


def test_a_good_environment_starts() -> None:
    told = load()
    assert (told.worker_port, told.output_mode, told.worker_max_queue_size) == (4001, "minimal", 100)


def test_cloud_tasks_needs_its_names_and_one_way_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CLOUD.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TASKS_AUTH_TOKEN", "")
    monkeypatch.setenv("TASKS_SERVICE_ACCOUNT_EMAIL", "tasks@project.example")
    assert load().queue_provider == "cloud-tasks"


@pytest.mark.parametrize(("spoilt", "sentence"), REFUSED, ids=[sentence for _, sentence in REFUSED])
def test_a_bad_one_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, spoilt: dict[str, str], sentence: str
) -> None:
    for name, value in spoilt.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingRefused) as refused:
        load()
    assert sentence in str(refused.value) and "\n" not in str(refused.value)


def test_a_port_of_the_platform_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKER_PORT", "4001")
    monkeypatch.setenv("PORT", "8080")
    assert load().worker_port == 8080
    assert load(port=5000).worker_port == 5000


@pytest.mark.parametrize("word", ["1", "yes", "on", "TRUE"])
def test_words_for_yes(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("WORKER_SMOKE_ACCEPT_ONLY", word)
    assert load().worker_smoke_accept_only
    monkeypatch.setenv("WORKER_SMOKE_ACCEPT_ONLY", "false")
    assert not load().worker_smoke_accept_only


def test_secrets_come_from_files_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from a file\n")
    monkeypatch.delenv("TASKS_AUTH_TOKEN")
    monkeypatch.setenv("TASKS_AUTH_TOKEN_FILE", str(tmp_path / "token"))
    token = load().tasks_auth_token
    assert token is not None and token.get_secret_value() == "from a file"


def test_this_machine_alone_needs_no_encryption() -> None:
    given: dict[str, Any] = {
        "production": True,
        "provider": "local",
        "callback_url": "http://127.0.0.1:8000/api/job-sources/complete",
        "is_signed": True,
        "has_token": True,
        "tasks_url": None,
        "tasks_names": (None,) * 4,
        "service_account": None,
        "audiences": (),
        "origins": "none",
    }
    assert refusals(Deployment(**given)) == []


def test_it_loads_nothing_of_the_house() -> None:
    """Neither the product's settings nor a database driver, a template engine or a browser."""
    asked = "import sys, waypost.cli.scraper, waypost.sourcing.scraper.serving, waypost.sourcing.scraper.hiring\n"
    asked += "print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    heavy = {"sqlalchemy", "psycopg", "fastapi", "jinja2", "playwright", "joserfc", "waypost.settings", "cryptography"}
    assert heavy & set(ast.literal_eval(done.stdout)) == set()


def test_every_name_of_the_group_is_in_the_reference() -> None:
    text = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text("utf-8")
    for field in ScraperSettings.model_fields.values():
        names = getattr(field.validation_alias, "choices", [field.validation_alias])
        assert all(f"`{name}`" in text for name in names), names


def test_documented_names_without_a_meaning_here_are_taken_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().ignored() == []
    monkeypatch.setenv("PRACUJ_LISTING_DELAY_MS", "1500")
    monkeypatch.setenv("PRACUJ_DETAIL_HOST", "board.example")
    assert [sentence.split()[0] for sentence in load().ignored()] == ["PRACUJ_LISTING_DELAY_MS", "PRACUJ_DETAIL_HOST"]
    assert set(ScraperSettings.WITHOUT_EFFECT) <= set(ScraperSettings.model_fields)


def test_a_browser_may_show_its_window(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().playwright_headless
    monkeypatch.setenv("PLAYWRIGHT_HEADLESS", "false")
    assert not load().playwright_headless
