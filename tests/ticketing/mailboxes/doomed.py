"""A worker in a process of its own, to be killed while it reads: `python -m … APP_URL QUEUE_URL BLOBS CA`."""

import asyncio
import sys
from ipaddress import ip_network
from pathlib import Path

from waypost.platform.db import Shards, connect
from waypost.platform.jobs.actions import settle
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.parts import Parts
from waypost.platform.safety.vault import Vault
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.folder import FolderStore
from waypost.platform.work import Works
from waypost.ticketing.mailboxes.imap_source import ImapOpener
from waypost.ticketing.mailboxes.imap_words import ImapTerms
from waypost.ticketing.mailboxes.jobs import QUEUE
from waypost.ticketing.mailboxes.models import Provider
from waypost.ticketing.mailboxes.syncing import Readers


async def work(app: str, queue: str, blobs: Path, ca: Path) -> None:
    """Until killed, three mails at a time."""
    terms = ImapTerms((ip_network("127.0.0.0/8"), ip_network("::1/128")), ca, batch_mails=3)
    opener = ImapOpener(Vault((b"v" * 32,)), terms)
    parts = Parts(Blobs(FolderStore(blobs)), Readers({Provider.IMAP: opener}))
    works = Works(Shards(connect(app)), settle)
    runner = Runner(queue_engine(queue), queue, works, parts=parts, plan=Plan(poll=0.02, queues=(QUEUE,)))
    await runner.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])))
