"""A Gmail journal is read for the first time: mails a minute with 20 ms of latency, beside the provider's own quota.

    python -m benchmarks.gmail_backfill [--mails 6000] [--latency 0.02]

A worker as in production fetches, stores, reads, stitches and routes; the stand-in enforces the quota of 15,000 units
in any sixty seconds, which is the physical limit: 3,000 gets at 5 units. It counts what was really spent.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from typing import Any

from sqlalchemy import func, select

from benchmarks.measures.gmail_far import ADDRESS
from benchmarks.stage import house, machine, say
from tests.wire.google.world import CLIENT, CLIENT_SECRET, READONLY
from waypost.main.house import House
from waypost.main.worker import working
from waypost.platform.access import MACHINE
from waypost.platform.identity import lookups
from waypost.ticketing.mailboxes.google.account import Google
from waypost.ticketing.mailboxes.google.actions import NewGmail, connect
from waypost.ticketing.messages.models import Occurrence

QUOTA, GET = 15_000, 5


def tell(rate: float, seconds: float) -> None:
    """Against the limit."""
    limit = QUOTA / GET
    say(f"fetched: {rate:,.0f} mails/min ({seconds:.1f} s), {rate / limit:.1%} of the quota's {limit:,.0f}")


async def read_all(found: House, far: dict[str, Any], mails: int) -> float:
    """Connect, work, look on; seconds until the last mail was a ticket."""
    async with lookups.catalogue(found.shards) as db:
        org = await lookups.make_organisation(db, "Acme", found.works.clock())
    new = NewGmail(ADDRESS, far["refresh_token"], (READONLY,), far["history_id"])
    async with found.works.open(org, MACHINE) as work:
        await connect(work, found.parts.of(Google).vault, new)
    counted = select(func.count(), func.count(Occurrence.routed_at)).select_from(Occurrence)
    begun, fetched = time.perf_counter(), 0.0
    async with working(found, watch=False):
        while True:
            await asyncio.sleep(0.2)
            async with found.works.open(org, MACHINE, reads=True) as work:
                here, routed = (await work.db.execute(counted)).one()
            if here >= mails and not fetched:
                fetched = time.perf_counter() - begun
                tell(mails / fetched * 60, fetched)
            if routed >= mails:
                break
    await found.close()
    return time.perf_counter() - begun


def measure(mails: int, latency: float) -> None:
    """Everything, printed."""
    say(f"first reading of a Gmail journal with {mails:,} mails, {latency * 1000:.0f} ms latency; {machine()}")
    command = [sys.executable, "-m", "benchmarks.measures.gmail_far", str(mails), str(latency), str(QUOTA)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        far = json.loads(running.stdout.readline())
        base = far["base"]
        os.environ |= {
            "GOOGLE_CLIENT_ID": CLIENT,
            "GOOGLE_CLIENT_SECRET": CLIENT_SECRET,
            "GOOGLE_TOKEN_URL": f"{base}/token",
            "GMAIL_API_BASE_URL": base,
        }
        with house() as found:
            routed = asyncio.run(read_all(found, far, mails))
        said = json.loads(running.communicate("")[0])
    say(f"routed: all after {routed:.1f} s")
    say(f"quota: at most {said['most_units']:,} of {QUOTA:,} units in any 60 s, {said['refused']} calls refused")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--mails", type=int, default=6_000)
    parser.add_argument("--latency", type=float, default=0.02)
    asked = parser.parse_args()
    measure(asked.mails, asked.latency)


if __name__ == "__main__":
    main()
