"""Memory of `waypost up` when nothing happens, without PostgreSQL.

    python -m benchmarks.idle_memory [--seconds 30]

RSS counts pages that processes share once for each, PSS shares them out. The limit beside them is an interpreter that
imported nothing, once for each process. The keeper of the database server, a process of ours, is counted.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measures.memory import command, memory, mentioning, tree
from benchmarks.stage import ENVIRONMENT, machine, say
from waypost.platform.postgres.server import serve

CLI = (sys.executable, "-P", "-m", "waypost.cli")


def up(data: Path, seconds: float) -> list[int]:
    """Start it, wait until it is ready and has rested, and say what it holds; gives the number of its processes."""
    command_line = [*CLI, "up", "--port", "0", "--data", str(data)]
    environment = os.environ | ENVIRONMENT
    with subprocess.Popen(command_line, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        try:
            while "ready" not in (line := running.stdout.readline()):
                if not line:
                    raise RuntimeError("waypost up ended before it was ready")
            time.sleep(seconds)
            pids = sorted({*tree(running.pid), *mentioning(str(data))})
            tell(pids)
            return pids
        finally:
            running.send_signal(signal.SIGTERM)
            running.stdout.read()


def tell(pids: list[int]) -> None:
    """Each process, then all."""
    for pid in pids:
        own = memory([pid])
        say(f"  {own.rss:6.0f} MB RSS {own.pss:6.0f} MB PSS  {command(pid)}")
    whole = memory(pids)
    say(f"idle: {whole.rss:.0f} MB RSS, {whole.pss:.0f} MB PSS in {whole.processes} processes, without PostgreSQL")


def bare() -> float:
    """Megabytes of an interpreter that does nothing."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as idle:
        time.sleep(0.5)
        held = memory([idle.pid]).rss
        idle.communicate(b"\n")
    return held


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=30)
    seconds = parser.parse_args().seconds
    say(f"waypost up, {seconds:.0f} s after it was ready; {machine()}")
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as folder:
        pids = up(Path(folder), seconds)
        server = serve(Path(folder))
        server.release()
        server.stopped()
    say(f"limit: {len(pids)} bare interpreters, {len(pids) * bare():.0f} MB RSS")


if __name__ == "__main__":
    main()
