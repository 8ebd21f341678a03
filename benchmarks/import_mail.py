"""A mailbox becomes tickets: `waypost import --wait` over 10,000 small messages, with its memory, and the ceiling.

    python -m benchmarks.import_mail [--mails 10000]

The command runs as an operator runs it: one process that brings mail in and works, its reading children, the durable
embedded server; no web process. The ceiling is the barest pipeline of the same reading on the same server, in the same
run, before and after.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measures.bare_mail import ceiling
from benchmarks.measures.memory import Memory, memory, tree
from benchmarks.measures.processor import Processor, processor
from benchmarks.stage import machine, say, server
from tests.wire.ordinary import ordinary_mails
from waypost.database import plain

CLI = (sys.executable, "-P", "-m", "waypost.cli")
LOOK_SECONDS = 0.5
BARE_MAILS = 4_000
ENVELOPE = b"From sender@client.example Mon Jan  5 08:00:00 2026\n"


def write_mbox(path: Path, mails: int) -> None:
    """As mail programs write them: LF, lines that begin with From quoted."""
    with path.open("wb") as file:
        for raw in ordinary_mails(mails, 1, small=True):
            text = raw.replace(b"\r\n", b"\n")
            file.write(ENVELOPE + re.sub(rb"(?m)^(>*From )", rb">\1", text) + b"\n\n")


def run(mbox: Path, data: Path) -> tuple[dict[str, Any], list[Memory]]:
    """The command's own figures, and its memory every half second."""
    where = ["--data", str(data)]
    subprocess.run(
        [*CLI, "org", "create", "Acme", "--owner", "owner@acme.example", *where], check=True, stdout=subprocess.DEVNULL
    )
    command = [*CLI, "import", str(mbox), "--org", "Acme", "--wait", "--json", *where]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as importing:
        seen = []
        while importing.poll() is None:
            seen.append(memory(tree(importing.pid)))
            time.sleep(LOOK_SECONDS)
        assert importing.stdout is not None
        return json.loads(importing.stdout.read()), seen


def growth(seen: list[Memory]) -> str:
    """From the second half of the run (from minute 2 where it lasts longer than four) to its end."""
    second = max(len(seen) // 2, min(int(120 / LOOK_SECONDS), len(seen) - 1) if len(seen) > 480 else 0)
    rest = [one.pss for one in seen[second:-2]]
    span = max(1, len(rest) // 5)
    early, late = sum(rest[:span]) / span, sum(rest[-span:]) / span
    peak = max(seen, key=lambda one: one.pss)
    return (
        f"{early:.0f} MB PSS at the start of the second half, {late:.0f} MB at its end"
        f" ({(late / early - 1) * 100:+.1f} %);"
        f" peak {peak.pss:.0f} MB PSS, {peak.rss:.0f} MB RSS in {peak.processes} processes"
    )


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What the bare pipeline did."""

    rate: float
    cost: Processor


def bare(dsn: str, data: Path, folder: Path) -> Ceiling:
    """One round of it."""
    before = processor(data)
    rate = ceiling(dsn, folder, BARE_MAILS)
    return Ceiling(rate, processor(data) - before)


def measure(mails: int) -> None:
    """Everything, printed."""
    say(f"import of {mails:,} small messages; {machine()}")
    with tempfile.TemporaryDirectory() as folder, server() as (settings, found):
        assert found.admin is not None
        mbox, dsn = Path(folder) / "mail.mbox", plain(found.admin)
        write_mbox(mbox, mails)
        say(f"mbox of {mbox.stat().st_size / 1024 / mails:.1f} KiB a message")
        first = bare(dsn, settings.data, Path(folder) / "first")
        before = processor(settings.data)
        figures, seen = run(mbox, settings.data)
        cost = processor(settings.data) - before
        last = bare(dsn, settings.data, Path(folder) / "last")
    rate = figures["occurrences"] / figures["seconds"]
    say(json.dumps(figures))
    say(f"import: {rate:.0f} messages/s to routed tickets ({figures['seconds']:.0f} s), {cost.each(mails)}")
    for name, one in (("before", first), ("after", last)):
        say(f"ceiling {name}, the bare pipeline: {one.rate:.0f} messages/s, {one.cost.each(BARE_MAILS)}")
    say(f"share of the ceiling: {rate / ((first.rate + last.rate) / 2):.0%}")
    say(f"memory without PostgreSQL: {growth(seen)}")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--mails", type=int, default=10_000)
    measure(parser.parse_args().mails)


if __name__ == "__main__":
    main()
