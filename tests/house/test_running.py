"""How the tests themselves are run: no skip goes unnoticed where none is allowed, and the product starts once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.grouping import portion
from tests.house.sources import CHECKOUT

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


def test_what_needs_the_browsers_product_is_one_portion_of_the_work() -> None:
    assert len({portion(f"tests/browser/{name}.py::test_it[1]") for name in ("test_a", "test_b")}) == 1
    assert portion("tests/house/test_a.py::test_it[1]") == "tests/house/test_a.py"
