"""A worker in a process of its own, to be killed while it reads Gmail: `python -m … APP_URL QUEUE_URL BLOBS BASE`."""

import asyncio
import sys
from pathlib import Path

from tests.wire.google.world import CLIENT, CLIENT_SECRET
from waypost.platform.db import Shards, connect
from waypost.platform.jobs.actions import settle
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.parts import Parts
from waypost.platform.safety.vault import Vault
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.folder import FolderStore
from waypost.platform.work import Works
from waypost.ticketing.mailboxes.google.account import Google
from waypost.ticketing.mailboxes.google.source import GmailOpener
from waypost.ticketing.mailboxes.google.terms import GoogleTerms, Places
from waypost.ticketing.mailboxes.jobs import QUEUE
from waypost.ticketing.mailboxes.models import Provider
from waypost.ticketing.mailboxes.syncing import Readers


async def work(app: str, queue: str, blobs: Path, base: str) -> None:
    """Until killed, ten mails to a page."""
    places = Places(token=f"{base}/token", api=base)
    google = Google(GoogleTerms(CLIENT, CLIENT_SECRET, places, page=10), Vault((b"v" * 32,)))
    parts = Parts(Blobs(FolderStore(blobs)), google, Readers({Provider.GMAIL: GmailOpener(google)}))
    works = Works(Shards(connect(app)), settle)
    runner = Runner(queue_engine(queue), queue, works, parts=parts, plan=Plan(poll=0.02, queues=(QUEUE,)))
    await runner.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4]))
