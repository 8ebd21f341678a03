"""The scraper's commands: its dead letters, one run by hand, what `up` lends both sides."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from tests.needs import needs
from tests.sourcing.scraper.delivering import desk
from tests.sourcing.scraper.far_side import SECRET, FarSide
from tests.sourcing.scraper.process import TOKEN, Scraper, until
from tests.wire.board import Board
from waypost.cli import run
from waypost.cli.lending import lend_scraper
from waypost.cli.tree import parts_of

Ran = tuple[int, str]
Waypost = Callable[..., Ran]


@pytest.fixture
def waypost(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], far: FarSide, tmp_path: Path
) -> Iterator[Waypost]:
    """A command in this process, on the scraper's machine."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "WORKER_CALLBACK_URL": far.url,
        "WORKER_CALLBACK_SIGNING_SECRET": SECRET,
        "TASKS_AUTH_TOKEN": TOKEN,
        "WORKER_DEAD_LETTER_DIR": str(tmp_path / "dead-letter"),
        "ALLOWED_PRIVATE_CIDRS": "127.0.0.0/8",
    }.items():
        monkeypatch.setenv(name, value)

    def call(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["waypost", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    yield call


@pytest.fixture
def letter(tmp_path: Path, far: FarSide) -> None:
    """One dead letter in the file."""

    async def left() -> None:
        async with desk(tmp_path, far) as here:
            here.clock.shown = datetime.now(UTC)
            await here.put()
            await here.carry()

    far.reply = lambda call: (403, {}, {})
    asyncio.run(left())
    far.reply = lambda call: None


@pytest.mark.usefixtures("letter")
def test_a_resting_scrapers_letters_are_listed_and_sent(waypost: Waypost, far: FarSide, tmp_path: Path) -> None:
    data = ("--data", tmp_path)
    code, said = waypost("callbacks", "list", *data)
    assert (code, "permanent" in said, "1 dead letters." in said) == (0, True, True)
    assert "1 reports: 0 sent, 0 failed." in waypost("callbacks", "replay", "--dry-run", *data)[1]
    assert "0 reports" in waypost("callbacks", "replay", "--class", "transient", *data)[1]
    far.reply = lambda call: (500, {}, {})
    assert waypost("callbacks", "replay", *data)[0] == 1
    far.reply = lambda call: None
    code, said = waypost("callbacks", "replay", "--json", *data)
    assert (code, json.loads(said)["sent"]) == (0, 1)
    assert waypost("callbacks", "list", *data) == (0, "There are no dead letters.\n")


@pytest.mark.usefixtures("letter")
def test_a_running_scraper_is_asked(waypost: Waypost, far: FarSide, tmp_path: Path) -> None:
    with Scraper(tmp_path, far.url) as scraper:
        assert until(lambda: scraper.ask("GET", "/health").status_code == 200)
        os.environ["WORKER_PORT"] = str(scraper.port)
        try:
            assert "1 dead letters." in waypost("callbacks", "list", "--data", tmp_path)[1]
            assert waypost("callbacks", "import", tmp_path, "--data", tmp_path)[0] == 2
            (shown,) = scraper.ask("GET", "/callbacks/dead-letters").json()["items"]
            one = scraper.ask("GET", f"/callbacks/dead-letters/{shown['id']}").json()
            assert one["payload"]["eventId"] == shown["eventId"] == one["eventId"]
            assert waypost("callbacks", "replay", "--data", tmp_path)[0] == 0
            assert scraper.ask("POST", f"/callbacks/dead-letters/{shown['id']}/discard").status_code == 404
        finally:
            del os.environ["WORKER_PORT"]
    assert len(far.of("complete")) == 1


def test_files_are_taken_over(waypost: Waypost, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    record = {"callbackUrl": "https://old.example/api/job-sources/complete", "payload": {"sourceRunId": str(uuid4())}}
    (folder / "a.json").write_text(json.dumps(record))
    assert waypost("callbacks", "import", folder, "--data", tmp_path) == (0, "1 dead letters taken over.\n")
    (folder / "b.json").write_text("[]")
    assert waypost("callbacks", "import", folder, "--data", tmp_path)[0] == 1


def test_a_board_is_read_once_without_an_api(waypost: Waypost, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with Board(count=4, per_page=4) as board:
        recipe = tmp_path / "recipe.json"
        recipe.write_text(json.dumps(board.terms().recipe))
        more = ("--adapter", "recipe", "--recipe", recipe, "--interval", 100, "--json")
        monkeypatch.setenv("PRACUJ_LISTING_URL", "https://127.0.0.1:9/jobs")
        monkeypatch.setenv("PRACUJ_LISTING_LIMIT", "1")
        code, said = waypost("scrape", "once", "--listing-url", f"{board.base}/jobs", "--limit", 4, *more)
        monkeypatch.setenv("PRACUJ_LISTING_URL", f"{board.base}/jobs")
        usual = waypost("scrape", "once", *more)
        board.stop()
    told = json.loads(said)
    assert (code, told["status"], len(told["offers"])) == (0, "COMPLETED", 4)
    assert (usual[0], len(json.loads(usual[1])["offers"])) == (0, 1), "the environment counts where nothing is said"


def test_a_board_that_is_not_there_fails_in_words(waypost: Waypost) -> None:
    code, said = waypost("scrape", "once", "--listing-url", "https://127.0.0.1:9/jobs")
    assert code == 1 and "FAILED" in said


def test_a_browser_is_probed(waypost: Waypost) -> None:
    found = needs("chromium")
    code, said = waypost("browser", "probe", "--executable", found, "--json")
    assert (code, json.loads(said)["ok"]) == (0, True), said


def test_up_lends_both_sides_the_same_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "environ", {})
    port = lend_scraper(tmp_path, ("0.0.0.0", 8000))
    told = os.environ
    assert told["WORKER_TASK_URL"] == f"http://127.0.0.1:{port}/tasks"
    assert told["WORKER_CALLBACK_URL"] == "http://127.0.0.1:8000/api/job-sources/complete"
    assert told["WORKER_AUTH_TOKEN_FILE"] == told["TASKS_AUTH_TOKEN_FILE"]
    assert Path(told["TASKS_AUTH_TOKEN_FILE"]).stat().st_mode & 0o077 == 0
    signing = Path(told["WORKER_CALLBACK_SIGNING_SECRET_FILE"])
    assert signing == tmp_path / "secrets" / "worker_callback_signing_secret"
    assert [part.name for part in parts_of("127.0.0.1", 8000, [], port)] == ["web", "worker", "scraper"]


def test_what_the_operator_set_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = {"TASKS_AUTH_TOKEN": "mine", "WORKER_TASK_URL": "https://scraper.example/tasks"}
    monkeypatch.setattr(os, "environ", dict(own))
    lend_scraper(tmp_path, ("127.0.0.1", 8000))
    assert {name: os.environ[name] for name in own} == own
    assert "TASKS_AUTH_TOKEN_FILE" not in os.environ and "WORKER_AUTH_TOKEN_FILE" not in os.environ
