"""What every process is made of: the database, the works, the secrets and the parts that doors and jobs find."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from waypost.archive import module as archive
from waypost.archive.evidence.opening import open_outside
from waypost.archive.keeping.queries import holds_stand
from waypost.bridges import module as bridges
from waypost.console.operations.runbooks import Runbooks
from waypost.console.operations.selections import jobs as selections_jobs
from waypost.console.overview import jobs as overview_jobs
from waypost.database import Database
from waypost.main.post import post_for
from waypost.platform.audit import jobs as audit_jobs
from waypost.platform.audit.terms import Holds
from waypost.platform.db import Shards, connect
from waypost.platform.identity import jobs as identity_jobs
from waypost.platform.identity import lookups
from waypost.platform.jobs.actions import settle
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.observe import tracing
from waypost.platform.observe.tracing import Tracing
from waypost.platform.parts import Parts
from waypost.platform.product import product_version
from waypost.platform.safety import jobs as safety_jobs
from waypost.platform.safety.rewrapping import SealedColumns
from waypost.platform.safety.secrets import Secrets, load_secrets
from waypost.platform.slots import Slots
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.links import BlobLinks
from waypost.platform.storage.opening import open_blobs
from waypost.platform.work import Works
from waypost.settings import Settings
from waypost.sourcing import module as sourcing
from waypost.ticketing import module as ticketing
from waypost.ticketing.mailboxes.imap_words import ImapTerms
from waypost.ticketing.messages.markers import Stamps

JOBS = (
    audit_jobs,
    identity_jobs,
    safety_jobs,
    selections_jobs,
    overview_jobs,
    *ticketing.JOBS,
    *archive.JOBS,
    *sourcing.JOBS,
    *bridges.JOBS,
)
"""Imported so that their declarations stand in every process: whoever tells a fact writes its jobs."""


@dataclass(frozen=True, slots=True)
class House:
    """What both processes, and every command, are made of."""

    settings: Settings
    database: Database
    shards: Shards
    works: Works
    secrets: Secrets
    parts: Parts
    terms: ImapTerms
    tracing: Tracing

    async def organisations(self) -> AsyncIterator[UUID]:
        """Every organisation, for clocks; asked under the queue's login."""
        engine = queue_engine(self.database.worker, pool=1)
        try:
            async with engine.connect() as connection:
                found = await lookups.organisation_ids(connection)
        finally:
            await engine.dispose()
        for org in found:
            yield org

    async def close(self) -> None:
        """Give back what is open."""
        await ticketing.close(self.parts)
        await archive.close(self.parts)
        await sourcing.close_watching(self.parts)
        await sourcing.close_runs(self.parts)
        await self.shards.close()
        self.tracing.close()


def _ground(settings: Settings, secrets: Secrets) -> Parts:
    """What all modules stand on."""
    links = BlobLinks(secrets.links(), timedelta(seconds=settings.storage.attachment_download_url_ttl_seconds))
    parts = Parts(secrets.vault, links, Runbooks(settings.observe.runbooks_url), Slots())
    parts.add(open_blobs(settings.storage, settings.data), Blobs)
    parts.add(settings.audit.term())
    parts.add(Holds([holds_stand]))
    parts.add(SealedColumns((*ticketing.SEALED, *archive.SEALED)))
    return parts


def furnish(settings: Settings, database: Database, *, pool: int = 10) -> House:
    """The parts of a process, not yet running."""
    secrets = load_secrets(settings.secrets, data=settings.data if settings.embedded else None)
    shards = Shards(connect(database.app, pool=pool))
    parts = _ground(settings, secrets)
    terms = settings.mailboxes.terms(settings.way_out.allowed)
    ticketing.furnish(parts, secrets.vault, terms, secrets.links())
    posting = settings.outbound.posting(Stamps(secrets.ring("mail marks")), settings.web.api_base_url)
    ticketing.furnish_outbound(parts, posting, settings.outbound.relay(), secrets.links())
    ticketing.furnish_scanning(parts, settings.scanning.scanner(), settings.scanning.handing())
    ticketing.furnish_retention(parts, settings.raw_mail.term())
    archive.furnish(parts)
    archive.furnish_sealing(parts, settings.sealing, settings.identity.default_org)
    archive.furnish_signing(parts, settings.signing, settings.way_out.hardening())
    archive.furnish_places(parts, settings.places, settings.storage, settings.data)
    seeds, evidence = secrets.ring("evidence checkpoints"), settings.evidence
    outside = open_outside(evidence, settings.places, settings.storage, settings.data)
    archive.furnish_evidence(parts, seeds, outside, evidence.pace())
    archive.furnish_records(parts, settings.records)
    archive.furnish_sources(parts, secrets.vault, settings.way_out, product_version(), settings.web.api_base_url)
    archive.furnish_requests(parts, secrets.vault, settings.requests, settings.intake)
    sourcing.furnish(parts)
    sourcing.furnish_reports(parts, settings.alerts.window_hours)
    sourcing.furnish_sources(parts, settings.job_sources, settings.web.api_base_url, settings.way_out.allowed)
    sourcing.furnish_offers(parts, settings.offers)
    sourcing.furnish_notebook(parts, settings.notebook)
    home, default_org = settings.web.api_base_url, settings.identity.default_org
    sourcing.furnish_runs(parts, settings.runs, settings.way_out.hardening(), home, default_org)
    sourcing.furnish_schedules(parts, settings.schedules)
    sourcing.furnish_watching(parts, settings.alerts)
    bridges.furnish(parts, settings.web.web_url)
    traces = tracing.start(settings.observe)
    tracing.tracer().watch(shards.engine)
    works = Works(shards, settle)
    web = settings.web
    sourcing.furnish_letters(parts, settings.alerts, post_for(settings.outbound, works.clock), web.web_url)
    google = settings.google.terms(web.api_base_url, web.frontend_url, settings.identity.default_org)
    ticketing.furnish_google(parts, google, secrets.vault, works)
    return House(settings, database, shards, works, secrets, parts, terms, traces)


async def stand_sources(house: House) -> None:
    """Where cases come from as the settings describe it; before doors and jobs open."""
    settings = house.settings
    await archive.stand_sources(house.works, house.parts, settings.sources, settings.identity.default_org)
