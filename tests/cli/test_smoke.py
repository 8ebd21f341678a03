"""The smoke test passes on a clean machine, and says which stage failed where something is wrong."""

import subprocess
import sys

import pytest

from waypost.cli.smoking.stages import STAGES


@pytest.mark.turns("documents that run", 1)
@pytest.mark.timeout(600)
def test_sourcing_works_from_an_address_to_offers() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "waypost.cli", "smoke"], capture_output=True, text=True, check=False, timeout=580
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert done.stdout.count("smoke: ") == len(STAGES) + 2


def test_a_place_that_is_not_named_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMOKE_AUTOSTART", "false")
    monkeypatch.delenv("API_BASE_URL", raising=False)
    done = subprocess.run([sys.executable, "-m", "waypost.cli", "smoke"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "API_BASE_URL" in done.stderr
