"""The face of ticketing for every process: its outside clients and its jobs. Its doors are beside it (doors.py)."""

from collections.abc import AsyncIterator, Callable
from uuid import UUID

from waypost.platform.http.addresses import Trust
from waypost.platform.http.client import Patience, WayOut
from waypost.platform.parts import Parts
from waypost.platform.safety.links import Links
from waypost.platform.safety.vault import Vault
from waypost.platform.work import Works
from waypost.ticketing.intake import jobs as intake_jobs
from waypost.ticketing.mailboxes import jobs as mailboxes_jobs
from waypost.ticketing.mailboxes.imap_source import ImapOpener
from waypost.ticketing.mailboxes.imap_words import ImapTerms
from waypost.ticketing.mailboxes.models import Provider
from waypost.ticketing.mailboxes.syncing import Readers
from waypost.ticketing.mailboxes.watch import Watch
from waypost.ticketing.tickets import jobs as tickets_jobs
from waypost.ticketing.tickets.pictures import PictureLinks, RemotePictures

JOBS = (intake_jobs, tickets_jobs, mailboxes_jobs)
"""Imported so that their declarations stand."""


def furnish(parts: Parts, vault: Vault, terms: ImapTerms, links: Links) -> None:
    """What this module's doors and jobs find in the process."""
    parts.add(terms)
    parts.add(PictureLinks(links))
    parts.add(RemotePictures(WayOut(Trust.TENANT, terms.allowed, Patience(read=5, total=10, max_bytes=5_000_000))))
    parts.add(Readers({Provider.IMAP: ImapOpener(vault, terms)}))


async def close(parts: Parts) -> None:
    """Give back what is open."""
    await parts.of(RemotePictures).way_out.close()


def watch(works: Works, organisations: Callable[[], AsyncIterator[UUID]], vault: Vault, terms: ImapTerms) -> Watch:
    """Takes part in a worker: hears of new mail at once."""
    return Watch(works, organisations, vault, terms)
