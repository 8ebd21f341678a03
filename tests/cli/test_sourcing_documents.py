"""The runbooks of sourcing are run: every block, in its order, against a house with a scraper and a board."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_runbooks import BLOCK
from tests.cli.tree import Up
from waypost.cli.smoking.board import open_board, recipe
from waypost.cli.smoking.caller import Caller
from waypost.cli.smoking.house import EMAIL, PASSWORD, environment, found_organisation
from waypost.cli.smoking.line import Line
from waypost.cli.smoking.stages import profile, source
from waypost.cli.smoking.terms import Place
from waypost.cli.smoking.trial import Trial

DOCS = Path(__file__).parents[2] / "docs"
TOKEN, SECRET = "a token of the runbook's test", "a signing secret of the runbook's test"


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What an operator has at hand: a run that completed, its source, an admin's key, the scraper's token."""
    if missing := [program for program in ("curl", "jq", "bash") if shutil.which(program) is None]:
        pytest.skip(f"{missing[0]} is not installed")
    home = tmp_path_factory.mktemp("runbooks")
    home.chmod(0o711)
    (home / "recipe.json").write_text(json.dumps(recipe()))
    with pytest.MonkeyPatch.context() as patched, open_board() as board:
        said = environment(SECRET) | {"TASKS_AUTH_TOKEN": TOKEN, "WORKER_AUTH_TOKEN": TOKEN}
        for name, value in said.items():
            patched.setenv(name, value)
        scraper = f"http://127.0.0.1:{said['WORKER_PORT']}"
        with Up(home / "data", home / "up.log", "--with-scraper") as up, Line() as line:
            trial = Trial(Caller(Place(up.url, scraper, up.url, EMAIL, PASSWORD, SECRET, data=up.data), line), board)
            assert trial.caller.sign_in(found_organisation(trial.caller.place), PASSWORD) == 200
            source(trial)
            profile(trial)
            run_id = trial.enqueue(limit=2)
            trial.ends(run_id, "COMPLETED")
            key = trial.caller.send("POST", "/api-keys", json={"name": "drill", "role": "admin", "days": 1})["key"]
            yield {
                "HOUSE": up.url,
                "SCRAPER": scraper,
                "KEY": key,
                "RUN": run_id,
                "SOURCE": trial.source,
                "LISTING": board.listing,
                "RECIPE": str(home / "recipe.json"),
                "HERE": str(home),
            }


@pytest.mark.turns("documents that run", 1)
@pytest.mark.timeout(400)
@pytest.mark.parametrize("document", ["runbook_sourcing.md", "runbook_scraper.md"])
def test_every_step_runs(variables: dict[str, str], document: str, tmp_path: Path) -> None:
    blocks = BLOCK.findall((DOCS / document).read_text("utf-8"))
    assert len(blocks) >= 4
    script = "\n".join(f"echo '# block {number}'\n{block}" for number, block in enumerate(blocks))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with (tmp_path / "said.log").open("w") as said:
        code = subprocess.run(
            ["timeout", "300", "bash", "-euo", "pipefail", "-c", script],
            cwd=variables["HERE"],
            env=os.environ | variables | {"PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            check=False,
        ).returncode
    assert code == 0, (tmp_path / "said.log").read_text()[-3000:]
