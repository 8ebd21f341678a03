"""Figures of one process, and of all processes of a host together."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from waypost.platform.observe.metrics import count_request, exposition
from waypost.platform.observe.sharing import VARIABLE, TooLateToShare, share

WORKER = """
import sys
from pathlib import Path
from waypost.platform.observe.sharing import leave, share
share(Path(sys.argv[1]))
from prometheus_client import Gauge
from waypost.platform.observe.metrics import count_request, exposition
open_pages = Gauge("waypost_tests_open", "Open.", multiprocess_mode="livesum")
open_pages.set(1)
for _ in range(int(sys.argv[2])):
    count_request("GET", "/boxes", 200, 0.01, False)
print(exposition()[0].decode(), flush=True)
if sys.argv[3] == "wait":
    sys.stdin.read()
leave()
"""
COUNTED = 'oss_http_requests_total{method="GET",path="/boxes",status_code="200"}'


def worker(folder: Path, count: int, manner: str = "leave") -> "subprocess.Popen[str]":
    """A process of its own that counts so many requests and prints the figures of all."""
    source = str(Path(__file__).parents[3] / "src")
    environment = {**{k: v for k, v in os.environ.items() if k != VARIABLE}, "PYTHONPATH": source}
    command = [sys.executable, "-c", WORKER, str(folder), str(count), manner]
    return subprocess.Popen(
        command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def figures(text: str) -> dict[str, float]:
    """Value by series."""
    lines = [each for each in text.splitlines() if each and not each.startswith("#")]
    return {each.rpartition(" ")[0]: float(each.rpartition(" ")[2]) for each in lines}


def read_until_told(process: "subprocess.Popen[str]") -> dict[str, float]:
    """The figures that a waiting process printed."""
    assert process.stdout
    lines: list[str] = []
    while not lines or lines[-1].strip():
        lines.append(process.stdout.readline())
    return figures("".join(lines))


def test_processes_of_a_host_share_their_figures(tmp_path: Path) -> None:
    with worker(tmp_path, 2, "wait") as first:
        assert read_until_told(first)[COUNTED] == 2
        with worker(tmp_path, 3) as second:
            both = figures(second.communicate()[0])
        with worker(tmp_path, 0) as third:
            later = figures(third.communicate()[0])
        first.communicate("")
    assert (both[COUNTED], both["waypost_tests_open"]) == (5, 2)
    assert (later[COUNTED], later["waypost_tests_open"]) == (5, 2)


def test_a_run_after_all_others_ended_starts_anew(tmp_path: Path) -> None:
    for count in (2, 3):
        with worker(tmp_path, count) as process:
            assert figures(process.communicate()[0])[COUNTED] == count


def test_sharing_must_come_before_the_first_figure(tmp_path: Path) -> None:
    with pytest.raises(TooLateToShare):
        share(tmp_path)
    assert VARIABLE not in os.environ


def test_one_process_alone_tells_its_own() -> None:
    labels = {"method": "POST", "path": "/alone", "status_code": "201"}
    count_request("POST", "/alone", 201, 0.2, True)
    text, media = exposition()
    assert media.startswith("text/plain; version=0.0.4")
    assert REGISTRY.get_sample_value("oss_http_requests_total", labels) == 1
    assert figures(text.decode())['oss_http_rate_limited_total{method="POST",path="/alone"}'] == 1
