"""Scripts that operators and developers call by name, and the unit of who comes from the earlier archiver."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.tree import until

CHECKOUT = Path(__file__).parents[2]
SMOKE, LOCAL = CHECKOUT / "scripts" / "ci" / "smoke-test.sh", CHECKOUT / "scripts" / "dev" / "run-local.sh"
UNIT = CHECKOUT / "ops" / "systemd" / "zammad-archiver.service"
SERVER = """#!/bin/sh
echo "started $*" >> "$STARTED"
trap 'echo stopped >> "$STARTED"; exit 0' TERM
while :; do sleep 0.1; done
"""


def ran(script: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(script), *arguments], capture_output=True, text=True, check=False, timeout=30)


def test_the_smoke_test_knows_the_files_that_are_called_by_name() -> None:
    done = ran(SMOKE, "--files-only")
    assert (done.returncode, done.stdout) == (0, "smoke-test: files ok\n"), done.stderr
    assert ran(SMOKE, "--fast").returncode == 2


def test_a_dry_run_says_what_would_run() -> None:
    said = ran(LOCAL, "--reload", "--dry-run", "--port", "8001").stdout
    assert said.splitlines()[0].endswith("waypost up --port 8001") and "again after every change" in said


def test_a_change_starts_it_again_and_a_stop_leaves_nothing(tmp_path: Path) -> None:
    server, started, watched = tmp_path / "waypost", tmp_path / "started", tmp_path / "src"
    server.write_text(SERVER)
    server.chmod(0o755)
    started.touch()
    watched.mkdir()
    named = {"WAYPOST": str(server), "STARTED": str(started), "WATCHED": str(watched)}
    script = subprocess.Popen(
        [str(LOCAL), "--reload", "--port", "0"], env=os.environ | named, stderr=subprocess.DEVNULL, process_group=0
    )
    try:
        assert until(lambda: started.read_text() == "started up --port 0\n", 20)
        until(lambda: False, 1.1)  # a file system tells times apart by so much
        (watched / "new.py").write_text("changed = True\n")
        assert until(lambda: started.read_text().count("started") == 2, 20)
        script.send_signal(signal.SIGTERM)
        assert script.wait(20) == 0
        assert started.read_text().count("stopped") == 2
    finally:
        if script.poll() is None:
            os.killpg(script.pid, signal.SIGKILL)


@pytest.mark.parametrize("verb", ["ExecStart", "ExecReload", "ExecStop"])
def test_the_unit_runs_the_documented_compose_command(verb: str) -> None:
    text = UNIT.read_text("utf-8")
    (command,) = re.findall(rf"^{verb}=(.+)$", text, re.MULTILINE)
    assert "--env-file /etc/zammad-archiver/zammad-archiver.env" in command
    (file,) = re.findall(r"-f (\S+)", command)
    assert (CHECKOUT / file).is_file()
    assert command.split()[-1] == ("down" if verb == "ExecStop" else "-d") and "Type=oneshot" in text
