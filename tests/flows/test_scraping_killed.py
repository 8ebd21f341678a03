"""Death while a board is read: the API, the worker, the scraper or PostgreSQL dies. A run ends exactly once."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

from tests.cli.tree import Up, command_of, until
from waypost.cli.smoking.board import Board, open_board
from waypost.cli.smoking.caller import Caller
from waypost.cli.smoking.house import EMAIL, PASSWORD, environment, found_organisation
from waypost.cli.smoking.line import Line
from waypost.cli.smoking.stages import profile, source
from waypost.cli.smoking.terms import Place
from waypost.cli.smoking.trial import RUNS, Trial

VICTIMS = ("api", "worker", "scraper", "postgres")
ASKED = (0, 2, 6, 10)
"""Requests that the board has answered when death comes: before the first page, at the listing, in the middle, late."""
DEATHS = [*product(VICTIMS, ASKED)]
LIMIT = 12
SECRET = "a signing secret for a house that dies often"


@dataclass(frozen=True, slots=True)
class Mortal:
    """A house with a scraper, and a board that it reads."""

    up: Up
    trial: Trial

    @property
    def board(self) -> Board:
        """The far side."""
        return self.trial.board

    def kill(self, victim: str) -> None:
        """Without a warning."""
        os.kill(self._server() if victim == "postgres" else self.up.children()[victim], signal.SIGKILL)

    def _server(self) -> int:
        """A session of our server; all others die with it, and the server comes back by itself."""
        keeper = next(self.up.data.rglob("postmaster.pid")).read_text().split()[0]
        sessions = Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()
        return next(int(pid) for pid in sessions if "waypost_app" in command_of(int(pid))[0])


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortal]:
    """Started as an operator starts it."""
    home = tmp_path_factory.mktemp("mortal")
    home.chmod(0o711)
    with pytest.MonkeyPatch.context() as patched, open_board() as board:
        for name, value in environment(SECRET).items():
            patched.setenv(name, value)
        with Up(home / "data", home / "up.log", "--with-scraper") as up, Line() as line:
            place = Place(up.url, "", up.url, EMAIL, PASSWORD, SECRET, data=up.data)
            trial = Trial(Caller(place, line), board)
            assert trial.caller.sign_in(found_organisation(place), PASSWORD) == 200
            profile(trial)
            yield Mortal(up, trial)


@pytest.mark.turns("deaths of a run", 3)
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("victim", "asked"), DEATHS)
def test_a_run_ends_once_whoever_dies(mortal: Mortal, victim: str, asked: int) -> None:
    trial, before = mortal.trial, len(mortal.board.server.log)
    source(trial)  # a new one each time: what was read of the last one is fresh, and would not be asked for again
    run_id = trial.enqueue(limit=LIMIT)
    assert until(lambda: len(mortal.board.server.log) >= before + asked)
    mortal.kill(victim)
    assert until(lambda: _ended(mortal, run_id), 180), mortal.up.output()[-3000:]
    run = trial.run(run_id)
    assert (run["status"], run["scrapedCount"]) == ("COMPLETED", LIMIT), run
    assert trial.offers(run_id) == LIMIT
    told = Counter(trial.log_of(run_id).split(", "))
    assert told["callback_completed"] == 1 and not told["callback_failed"]
    listed = trial.caller.send("GET", RUNS, params={"limit": "100"})["items"]
    assert sum(each["id"] == run_id or each.get("retryOfRunId") == run_id for each in listed) == 1


def _ended(mortal: Mortal, run_id: str) -> bool:
    """The API may be away for a moment."""
    try:
        return mortal.trial.run(run_id)["status"] in ("COMPLETED", "FAILED")
    except Exception:
        return False
