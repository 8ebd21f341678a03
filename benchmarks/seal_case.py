"""How long a case needs to become sealed pages: `python -m benchmarks.seal_case [ARTICLES:ATTACHMENTS:ROUNDS …]`.

Cases of 5, 250 and 1,000 articles (the last with 200 attachments) are printed and signed at level B-B on one core, with
a warm child as in a worker; beside it WeasyPrint makes PDF/A-3a of the same content with the same fonts on the same
core (its start and import are not counted). Memory is the most that any process of each held.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measures import other_engine
from benchmarks.measures.case_of_mails import case_of
from benchmarks.measures.peaks import Peak, spent, watched
from benchmarks.measures.signing_key import signer
from waypost.archive.sealing.rendering import Look, render
from waypost.archive.sealing.snapshot import Snapshot
from waypost.archive.signing.signer import Signer
from waypost.platform.jobs.children import stop_children

USUAL = ("5:0:9", "250:0:3", "1000:200:1")


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds (medians) and megabytes. Processor seconds stay comparable where others use the core as well."""

    wall: float
    processor: float
    memory: float
    signing: float = 0.0
    size: float = 0.0


def main() -> None:
    """Print a block for each case."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for wanted in sys.argv[1:] or USUAL:
        articles, attachments, rounds = map(int, wanted.split(":"))
        ours = asyncio.run(_ours(articles, attachments, rounds))
        other = _other(articles, attachments, rounds)
        print(f"{articles} articles, {attachments} files, load {os.getloadavg()[0]:.1f}")
        print(f"  sealed      {_told(ours)}, of it signing {ours.signing:.2f} s, file {ours.size:.1f} MB")
        print(f"  WeasyPrint  {_told(other)}")
        print(f"  ratio {other.wall / ours.wall:.1f} (processor {other.processor / ours.processor:.1f})", flush=True)


def _told(figures: Figures) -> str:
    return f"{figures.wall:7.2f} s, processor {figures.processor:7.2f} s, memory {figures.memory:5.0f} MB"


async def _ours(articles: int, attachments: int, rounds: int) -> Figures:
    snapshot, files = case_of(articles, attachments)
    with tempfile.TemporaryDirectory() as name, watched() as peak:
        hand = signer(Path(name))
        try:
            await _round(hand, peak, *case_of(2, 0))
            times = [await _round(hand, peak, snapshot, files) for _ in range(rounds)]
        finally:
            await hand.close()
            await stop_children()
    wall, processor, signing, size = (statistics.median(column) for column in zip(*times, strict=True))
    return Figures(wall, processor, peak.megabytes, signing, size)


async def _round(
    hand: Signer, peak: Peak, snapshot: Snapshot, files: dict[str, bytes]
) -> tuple[float, float, float, float]:
    began, before = time.perf_counter(), spent() - peak.cost
    volumes = await render(snapshot, files, Look())
    printed = time.perf_counter()
    sealed = [await hand.seal(volume.pdf) for volume in volumes]
    ended = time.perf_counter()
    return ended - began, spent() - peak.cost - before, ended - printed, sum(len(one.pdf) for one in sealed) / 1_000_000


def _other(articles: int, attachments: int, rounds: int) -> Figures:
    with tempfile.TemporaryDirectory() as name, watched() as peak:
        environment = {**os.environ, **other_engine.put(Path(name), articles, attachments)}
        command = [sys.executable, "-m", other_engine.__name__, name, str(rounds)]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    times = [map(float, line.split()) for line in done.stdout.splitlines()]
    wall, processor = (statistics.median(column) for column in zip(*times, strict=True))
    return Figures(wall, processor, peak.megabytes)


if __name__ == "__main__":
    main()
