"""How the tests themselves are run: no skip goes unnoticed where none is allowed, and the product starts once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.grouping import portion
from tests.house.sources import CHECKOUT
from tests.memory import NAME, roomy, sweep
from tests.sampling import WEEK, turn
from tests.turns import resting_of

LACKS = """
import pytest

@pytest.fixture
def server():
    pytest.skip("the server is not installed")

def test_with_it(server):
    pass

def test_without_it():
    pass
"""


@pytest.mark.parametrize(("strict", "code", "said"), [("1", 1, "1 passed, 1 error"), ("", 0, "1 passed, 1 skipped")])
def test_a_skip_is_a_failure_where_none_is_allowed(tmp_path: Path, strict: str, code: int, said: str) -> None:
    (tmp_path / "test_lacking.py").write_text(LACKS)
    command = [sys.executable, "-m", "pytest", "-p", "tests.no_skip", "-p", "no:cacheprovider", "-q", str(tmp_path)]
    environment = os.environ | {"TESTS_MAY_NOT_SKIP": strict, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, said in done.stdout) == (code, True), done.stdout


@pytest.mark.parametrize(("many", "kept"), [(1, 1), (7, 1), (8, 3), (20, 3), (2, 5)])
def test_everybody_has_had_a_turn_within_a_week(many: int, kept: int) -> None:
    ring = [f"test_{number:02}" for number in range(many)]
    days = [turn(ring, kept, seed) for seed in range(20_779, 20_779 + WEEK)]
    assert {one for day in days for one in day} == set(ring)
    assert {len(set(day)) for day in days} == {min(many, kept)}
    assert resting_of("some", kept, ring).isdisjoint(turn(ring, kept))


def test_a_ring_that_would_take_longer_is_refused() -> None:
    with pytest.raises(pytest.UsageError, match="too few for a week"):
        resting_of("some", 1, [f"test_{number}" for number in range(WEEK + 1)])


def test_files_lie_in_memory_only_where_there_is_room(tmp_path: Path) -> None:
    assert not roomy(tmp_path / "absent")
    assert not roomy(Path("/proc"))


def test_what_a_killed_run_has_left_in_memory_goes(tmp_path: Path) -> None:
    left, living = tmp_path / f"{NAME}{2**30}-left", tmp_path / f"{NAME}{os.getpid()}-living"
    for folder in (left, living):
        (folder / "inside").mkdir(parents=True)
    sweep(tmp_path)
    assert [*tmp_path.iterdir()] == [living]


def test_what_needs_the_browsers_product_is_one_portion_of_the_work() -> None:
    assert len({portion(f"tests/browser/{name}.py::test_it[1]") for name in ("test_a", "test_b")}) == 1
    assert portion("tests/house/test_a.py::test_it[1]") == "tests/house/test_a.py"
