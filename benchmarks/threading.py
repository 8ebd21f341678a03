"""Threading on a labelled corpus: precision, recall and F1 of pairs of mails, and joins of different customers.

    python -m benchmarks.threading [--mails 5000] [--seed 20261122] [--batch 100]

The corpus (tests/threading) knows by construction which mails belong together. Here every mail is read, recognised and
stitched by the product on its real schema, and two mails count as a pair when they share a ticket.
"""

import argparse
import asyncio
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter

from benchmarks.stage import house, machine, say
from tests.threading.corpus import corpus
from tests.threading.delivery import deliver, settle_in
from tests.threading.scores import Score, score
from tests.ticketing.desk import MailDesk
from waypost.main.house import House
from waypost.platform.ids import new_id


async def measure(built: House, folder: Path, mails: int, seed: int, batch: int) -> Score:
    """One corpus into one new organisation."""
    desk, told = MailDesk.at(built.works, new_id(), folder), corpus(mails, seed)
    await settle_in(desk)
    begun = perf_counter()
    got = score(told, await deliver(desk, told, batch))
    say(f"{len(told):,} mails, {len({one.thread for one in told}):,} threads, in {perf_counter() - begun:.0f} s")
    for row, count in sorted(Counter(one.row for one in told).items()):
        say(f"  {row:24} {count:5} mails  torn {got.torn[row]:3}  mixed {got.mixed[row]:3}")
    await built.close()
    return got


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--mails", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--batch", type=int, default=100)
    asked = parser.parse_args()
    say(f"threading of a labelled corpus, seed {asked.seed}; {machine()}")
    with house() as built, tempfile.TemporaryDirectory() as folder:
        got = asyncio.run(measure(built, Path(folder), asked.mails, asked.seed, asked.batch))
    say(f"pairs: {got.true:,} to find, {got.found:,} found, {got.right:,} right")
    say(f"precision {got.precision:.4f}  recall {got.recall:.4f}  F1 {got.f1:.4f}")
    say(f"cross-customer joins: {got.crossed}; mails without a ticket: {got.lost}")


if __name__ == "__main__":
    main()
