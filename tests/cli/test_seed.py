"""What divides from the parent is a process of its own in everything that counts."""

import json
import subprocess
import sys
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a parent divides on Linux only")

PARENT = """
import json, os, random, signal, sys, time
from waypost.cli.seed import Seed, Sprouted
from waypost.platform.ids import new_id
from waypost.platform.observe.sharing import declared_for_others, kept_aside, share

def load(asked):
    with declared_for_others():
        import waypost.platform.observe.metrics

def say(**told):
    os.write(1, json.dumps(told).encode() + b"\\n")

def live(command):
    import gc
    from pathlib import Path
    from waypost.platform.observe.metrics import count_request
    if command[1] != "errand":
        share(Path(sys.argv[1]))
    count_request("GET", "/boxes", 200, 0.01, False)
    say(ids=[str(new_id()) for _ in range(50)], dice=random.random(), group=os.getpgid(0) == os.getpid(),
        words=Path("/proc/self/cmdline").read_text().rstrip(chr(0)).split(chr(0))[-2:],
        term=signal.getsignal(signal.SIGTERM) == signal.SIG_DFL, collects=gc.isenabled(),
        files=sorted(file.name for file in Path(sys.argv[1]).glob(f"*_{os.getpid()}.db")))
    if command[1] == "stay":
        os.read(0, 1)
    sys.exit(int(command[1]) if command[1].isdigit() else 0)

def main():
    signal.signal(signal.SIGTERM, lambda *_: None)
    new_id(), random.random()
    seed = Seed(load)
    seed.ripen(lambda: False)
    ending = [seed.start(["child", code]) for code in ("0", "2")]
    codes = [one.wait() for one in ending]
    with kept_aside():
        codes.append(seed.start(["child", "errand"]).wait())
    staying = seed.start(["child", "stay"])
    staying.terminate()
    os.write(1, json.dumps({"codes": [*codes, staying.wait()], "again": staying.poll()}).encode() + b"\\n")

try:
    main()
except Sprouted as sprouted:
    live(sprouted.command)
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the children said, and last the parent."""
    folder = tmp_path_factory.mktemp("metrics")
    ran = subprocess.run([sys.executable, "-c", PARENT, str(folder)], capture_output=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr.decode()
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_exit_codes_and_signals_are_those_of_any_child(told: list[dict[str, Any]]) -> None:
    assert told[-1] == {"codes": [0, 2, 0, -15], "again": -15}


def test_no_two_children_make_the_same_ids_or_throw_the_same_dice(told: list[dict[str, Any]]) -> None:
    ids = [each for child in told[:2] for each in child["ids"]]
    assert len(set(ids)) == 100
    assert len({identity[-16:] for identity in ids}) == 100
    assert told[0]["dice"] != told[1]["dice"]


def test_a_child_has_its_own_group_name_handlers_and_figures(told: list[dict[str, Any]]) -> None:
    assert sorted(child["words"] for child in told[:2]) == [["child", "0"], ["child", "2"]]
    for child in told[:2]:
        assert child["group"] and child["term"] and child["collects"]
        assert len(child["files"]) == 2, child["files"]
