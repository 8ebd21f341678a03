"""A worker process for a test: `python -m tests.archive.requests.working PLAN` (JSON); it ends when its input does."""

import asyncio
import json
import sys
from dataclasses import replace
from datetime import timedelta

from tests.archive.requests.doomed import PLAN, Doom
from waypost.platform.jobs import outcome
from waypost.platform.observe.logs import configure


async def main(doom: Doom) -> None:
    """Until nobody is there any more."""
    async with doom.at_work(replace(PLAN, lease=timedelta(seconds=30))):
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    configure("critical", "json")
    outcome.FIRST_PAUSE = 0.02
    asyncio.run(main(Doom(**json.loads(sys.argv[1]))))
