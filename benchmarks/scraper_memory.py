"""Memory of a scraper that has nothing to do.

    python -m benchmarks.scraper_memory [--seconds 20]

Wanted: at most 120 MB. The limit beside it is an interpreter that imported nothing.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from benchmarks.idle_memory import bare
from benchmarks.measures.memory import memory
from benchmarks.stage import machine, say
from waypost.cli.listening import next_free_port

WANTED_MB = 120
SETTINGS = {
    "TASKS_AUTH_TOKEN": "of a benchmark",
    "WORKER_CALLBACK_URL": "http://127.0.0.1:9/api/job-sources/complete",
    "WORKER_LOG_LEVEL": "warning",
}


def held(seconds: float, folder: Path) -> float:
    """Megabytes (RSS) after it answered and rested."""
    port = next_free_port("127.0.0.1", 4001)
    command = [sys.executable, "-P", "-m", "waypost.cli", "scraper", "--port", str(port), "--data", str(folder)]
    with subprocess.Popen(command, env=os.environ | SETTINGS, cwd=folder) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/health")
            time.sleep(seconds)
            return memory([process.pid]).rss
        finally:
            process.terminate()


def wait_for(url: str) -> None:
    """Until it answers; at most half a minute."""
    for _ in range(300):
        with suppress(urllib.error.URLError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.1)
    raise RuntimeError("the scraper did not answer")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=20)
    seconds = parser.parse_args().seconds
    say(f"waypost scraper, {seconds:.0f} s after it answered; {machine()}")
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as folder:
        found = held(seconds, Path(folder))
    say(f"idle: {found:.0f} MB RSS, wanted at most {WANTED_MB} MB; limit: a bare interpreter, {bare():.0f} MB")
    sys.exit(0 if found <= WANTED_MB else 1)


if __name__ == "__main__":
    main()
