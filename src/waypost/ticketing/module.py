"""The face of ticketing: its doors, its rooms, its outside clients, its jobs."""

from collections.abc import AsyncIterator, Callable
from uuid import UUID

from waypost.platform.http.addresses import Trust
from waypost.platform.http.client import Patience, WayOut
from waypost.platform.parts import Parts
from waypost.platform.safety.links import Links
from waypost.platform.safety.vault import Vault
from waypost.platform.web.doors import Doors
from waypost.platform.web.nav import Room
from waypost.platform.work import Works
from waypost.ticketing.intake import jobs as intake_jobs
from waypost.ticketing.intake import pages as quarantine
from waypost.ticketing.mailboxes import api as mailboxes_api
from waypost.ticketing.mailboxes import jobs as mailboxes_jobs
from waypost.ticketing.mailboxes import pages as mailboxes_pages
from waypost.ticketing.mailboxes.imap_source import ImapOpener
from waypost.ticketing.mailboxes.imap_words import ImapTerms
from waypost.ticketing.mailboxes.models import Provider
from waypost.ticketing.mailboxes.syncing import Readers
from waypost.ticketing.mailboxes.watch import Watch
from waypost.ticketing.tickets import api as tickets_api
from waypost.ticketing.tickets import jobs as tickets_jobs
from waypost.ticketing.tickets import pages as tickets_pages
from waypost.ticketing.tickets.pictures import PictureLinks, RemotePictures

DOORS: tuple[Doors, ...] = (
    tickets_pages.pages,
    tickets_api.api,
    quarantine.pages,
    mailboxes_pages.pages,
    mailboxes_api.api,
)
ROOMS = (
    Room(key="inbox", href="/tickets", label="Inbox", icon="inbox", key_hint="g i", needs="ticketing.tickets.read"),
    Room(
        key="quarantine",
        href="/quarantine",
        label="Quarantine",
        icon="shield-alert",
        key_hint="g q",
        needs="ticketing.quarantine.handle",
    ),
    Room(
        key="mailboxes",
        href="/mailboxes",
        label="Mailboxes",
        icon="mails",
        key_hint="g m",
        needs="ticketing.mailboxes.read",
    ),
)
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
