"""The process tree: it gets ready, heals itself, and leaves nothing behind however it ends."""

import json
import os
import signal
import socket
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.cli.conftest import Waypost
from tests.cli.tree import Up, alive, inhabitants, until
from tests.ticketing.reading.letters import letter
from waypost.cli.part import MOST_DEATHS
from waypost.cli.ready import answers


@pytest.mark.turns("trees", 1)
def test_commands_work_beside_it_and_ctrl_c_leaves_nothing_running(up: Up, waypost: Waypost, tmp_path: Path) -> None:
    with urlopen(f"{up.url}/healthz", timeout=5) as answer:
        assert json.load(answer)["status"] == "ok"
    (tmp_path / "one.eml").write_bytes(letter(b"It leaks.", subject="Boiler"))
    assert waypost("org", "create", "Beside", "--owner", "o@beside.example", "--data", up.data).code == 0
    ran = waypost("import", tmp_path / "one.eml", "--org", "Beside", "--wait", "--data", up.data)
    assert (ran.code, json.loads(ran.out)["tickets"]) == (0, 1), ran
    assert until(lambda: waypost("doctor", "--strict", "--data", up.data).code == 0)
    with urlopen(f"{up.url}/metrics", timeout=5) as answer:
        told = answer.read().decode()
    assert "\noss_http_requests_total{" in told
    assert "\nwaypost_jobs_ready{" in told
    children = up.children()
    assert set(children) == {"api", "worker"}
    assert up.end(signal.SIGINT) == 0
    assert not any(alive(pid) for pid in children.values())
    assert until(lambda: not inhabitants(up.data)), inhabitants(up.data)


@pytest.mark.turns("trees", 1)
def test_dead_parts_are_replaced_and_a_killed_parent_takes_all_along(up: Up) -> None:
    for command, name in (("worker", "worker"), ("api", "web")):
        before = up.children()[command]
        os.kill(before, signal.SIGKILL)
        assert up.another(command, before) != before
        assert f"The {name} process ended (signal 9); starting it again." in up.output()
    assert until(lambda: answers(up.address))
    up.end(signal.SIGKILL)
    assert until(lambda: not inhabitants(up.data)), inhabitants(up.data)


@pytest.mark.turns("trees", 1)
def test_a_second_ctrl_c_ends_the_patience(up: Up) -> None:
    children = up.children()
    os.kill(children["worker"], signal.SIGSTOP)
    up.parent.send_signal(signal.SIGINT)
    assert until(lambda: "Stopping; once more to hurry." in up.output())
    assert until(lambda: not alive(children["api"]))
    assert up.parent.poll() is None
    assert up.end(signal.SIGINT) == 0
    assert until(lambda: not inhabitants(up.data)), inhabitants(up.data)


@pytest.mark.turns("trees", 1)
def test_a_part_that_keeps_dying_ends_the_tree(up: Up) -> None:
    worker = 0
    for _ in range(MOST_DEATHS):
        worker = up.next_worker(worker)
        os.kill(worker, signal.SIGKILL)
    assert up.parent.wait(60) == 1
    assert "The worker process has ended 5 times in a minute; giving up." in up.output()
    assert until(lambda: not inhabitants(up.data)), inhabitants(up.data)


def test_a_taken_port_is_named(waypost: Waypost) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = waypost("up", "--port", port)
    assert ran.code == 2
    assert ran.err == f"Port {port} on 127.0.0.1 is taken by another program; choose another with --port.\n"


@pytest.mark.parametrize("command", ["migrate", "doctor"])
def test_a_folder_that_cannot_be_used_is_refused_in_a_sentence(waypost: Waypost, command: str) -> None:
    ran = waypost(command, "--data", "/dev/null/nowhere")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "choose another --data" in ran.err
