"""A claimer in a process of its own: `python a_claimer.py WORKER_URL NAME NOW`.

Begins at a line on its standard input, takes shares until nothing is ready any more, and prints `id key n from to` of
each job it held; both moments are of the clock that all processes of a machine share.
"""

import asyncio
import sys
from datetime import datetime, timedelta
from time import monotonic

from waypost.platform.jobs.book import complete
from waypost.platform.jobs.claim import Claims
from waypost.platform.jobs.engine import queue_engine

LEASE = timedelta(seconds=60)
EMPTY_LOOKS = 20


async def main(url: str, name: str, moment: str) -> None:
    """Until it has looked in vain for a while: others may hold keys whose next jobs then become free."""
    engine, now, empty = queue_engine(url, pool=1), datetime.fromisoformat(moment), 0
    claims = Claims(engine, "default", name, LEASE)
    while empty < EMPTY_LOOKS:
        taken = await claims.take(7, now)
        since, empty = monotonic(), 0 if taken else empty + 1
        await asyncio.sleep(0.002 if taken else 0.02)
        until = monotonic()
        if taken:
            await complete(engine, taken, now)
        for job in taken:
            sys.stdout.write(f"{job.id} {job.payload['key']} {job.payload['n']} {since} {until}\n")
    await engine.dispose()


if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    asyncio.run(main(*sys.argv[1:]))
