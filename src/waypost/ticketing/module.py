"""The face of ticketing for every process: its outside clients and its jobs. Its doors are beside it (doors.py)."""

from collections.abc import AsyncIterator, Callable
from uuid import UUID

from waypost.platform.http.addresses import Trust
from waypost.platform.http.client import Patience, WayOut
from waypost.platform.parts import Parts
from waypost.platform.safety.links import Links
from waypost.platform.safety.rewrapping import Sealed
from waypost.platform.safety.vault import Vault
from waypost.platform.work import Works
from waypost.ticketing.bulk import jobs as bulk_jobs
from waypost.ticketing.bulk.acts import FurtherActs, Merging
from waypost.ticketing.collisions import jobs as collisions_jobs
from waypost.ticketing.intake import jobs as intake_jobs
from waypost.ticketing.intake.rereading import jobs as rereading_jobs
from waypost.ticketing.intake.retention import jobs as retention_jobs
from waypost.ticketing.intake.retention.terms import Keepers, RawMailTerm
from waypost.ticketing.intake.scanning import jobs as scanning_jobs
from waypost.ticketing.intake.scanning.clamd import Scanner
from waypost.ticketing.mailboxes import jobs as mailboxes_jobs
from waypost.ticketing.mailboxes.actions import password_place
from waypost.ticketing.mailboxes.google import jobs as google_jobs
from waypost.ticketing.mailboxes.google.account import Google, refresh_place
from waypost.ticketing.mailboxes.google.models import OAuthCredential
from waypost.ticketing.mailboxes.google.push import Pushes
from waypost.ticketing.mailboxes.google.sender import GmailSender
from waypost.ticketing.mailboxes.google.source import GmailOpener
from waypost.ticketing.mailboxes.google.terms import GoogleTerms
from waypost.ticketing.mailboxes.imap_source import ImapOpener
from waypost.ticketing.mailboxes.imap_words import ImapTerms
from waypost.ticketing.mailboxes.models import ImapAccount, Provider
from waypost.ticketing.mailboxes.syncing import Readers
from waypost.ticketing.mailboxes.watch import Watch
from waypost.ticketing.outbound import jobs as outbound_jobs
from waypost.ticketing.outbound.identities import IdentityLinks
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.outbound.sender import Sender, Senders
from waypost.ticketing.presence import models as presence_models
from waypost.ticketing.rearranging.actions import merge
from waypost.ticketing.rearranging.undo import undo
from waypost.ticketing.replies import jobs as replies_jobs
from waypost.ticketing.replies.drafts import models as drafts_models
from waypost.ticketing.routing import jobs as routing_jobs
from waypost.ticketing.tickets import jobs as tickets_jobs
from waypost.ticketing.tickets.handing import Handing
from waypost.ticketing.tickets.pictures import PictureLinks, RemotePictures

JOBS = (
    intake_jobs,
    rereading_jobs,
    scanning_jobs,
    retention_jobs,
    tickets_jobs,
    routing_jobs,
    collisions_jobs,
    mailboxes_jobs,
    google_jobs,
    outbound_jobs,
    replies_jobs,
    bulk_jobs,
)
"""Imported so that their declarations stand."""
SEALED = (
    Sealed(ImapAccount.sealed_password, lambda row: password_place(row.org_id, row.id)),
    Sealed(OAuthCredential.sealed_refresh_token, lambda row: refresh_place(row.org_id, row.subject)),
)
"""Secrets of ours, which follow a change of the key."""
TABLES = (drafts_models, presence_models)
"""Imported because people rearrange their rows too, in whatever process."""


def furnish(parts: Parts, vault: Vault, terms: ImapTerms, links: Links) -> None:
    """What this module's doors and jobs find in the process."""
    parts.add(terms)
    parts.add(Merging(merge, undo))
    parts.add(FurtherActs())
    parts.add(PictureLinks(links))
    parts.add(RemotePictures(WayOut(Trust.TENANT, terms.allowed, Patience(read=5, total=10, max_bytes=5_000_000))))
    parts.add(Readers({Provider.IMAP: ImapOpener(vault, terms)}))


def furnish_outbound(parts: Parts, posting: Posting, relay: Sender, links: Links) -> None:
    """What lets replies leave; a provider of mailboxes adds its own way to `Senders.by_provider`."""
    parts.add(IdentityLinks(links))
    parts.add(posting)
    parts.add(posting.stamps)
    parts.add(Senders(relay))


def furnish_google(parts: Parts, terms: GoogleTerms, vault: Vault, works: Works) -> None:
    """Gmail: reading, pushes and, beside the relay, another way out. After `furnish` and `furnish_outbound`."""
    google = Google(terms, vault)
    parts.add(google)
    parts.add(Pushes(terms, google.way_out))
    parts.add(Readers({**parts.of(Readers).openers, Provider.GMAIL: GmailOpener(google)}))
    parts.of(Senders).by_provider[Provider.GMAIL] = GmailSender(google, works)


def furnish_scanning(parts: Parts, scanner: Scanner, handing: Handing) -> None:
    """Whom files of mails are shown to, and whether they wait for its word."""
    parts.add(scanner)
    parts.add(handing)


def furnish_retention(parts: Parts, term: RawMailTerm) -> None:
    """How long raw mail stays; bridges say who needs it longer."""
    parts.add(term)
    parts.add(Keepers())


async def close(parts: Parts) -> None:
    """Give back what is open."""
    await parts.of(Google).close()
    await parts.of(RemotePictures).way_out.close()


def watch(works: Works, organisations: Callable[[], AsyncIterator[UUID]], vault: Vault, terms: ImapTerms) -> Watch:
    """Takes part in a worker: hears of new mail at once."""
    return Watch(works, organisations, vault, terms)
