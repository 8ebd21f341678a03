"""The face of the archive for every process: its outside clients and its jobs. Its doors are beside it (doors.py)."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import ModuleType

from waypost.archive.completeness import jobs as completeness_jobs
from waypost.archive.completeness.beside import statements_beside
from waypost.archive.completeness.exported import statements
from waypost.archive.completeness.queries import statement_count
from waypost.archive.evidence import jobs as evidence_jobs
from waypost.archive.evidence.keeper import Keeper
from waypost.archive.evidence.notes import Notary
from waypost.archive.evidence.outside import Outside
from waypost.archive.evidence.timing import Pace
from waypost.archive.evidence.walking import Besides
from waypost.archive.intake import jobs as intake_jobs
from waypost.archive.intake.desk import IntakeDesk
from waypost.archive.intake.settings import IntakeSettings
from waypost.archive.keeping import jobs as keeping_jobs
from waypost.archive.keeping.erasers import Erasers
from waypost.archive.keeping.forgetting import Patience
from waypost.archive.keeping.sweeping import Sweeper
from waypost.archive.places.opening import open_shelf
from waypost.archive.places.settings import PlacesSettings
from waypost.archive.places.shelf import Shelf
from waypost.archive.records import jobs as records_jobs
from waypost.archive.records.beside import records_beside
from waypost.archive.records.exports import jobs as exports_jobs
from waypost.archive.records.exports.fronting import Extras
from waypost.archive.records.exports.links import ExportLinks
from waypost.archive.records.seals import Seals
from waypost.archive.records.settings import RecordsSettings
from waypost.archive.records.verifying import Verifier
from waypost.archive.requests import jobs as requests_jobs
from waypost.archive.requests.looks import Looks
from waypost.archive.requests.origin import Origins
from waypost.archive.requests.settings import RequestSettings
from waypost.archive.sealing.settings import SealingSettings
from waypost.archive.signing.opening import open_signing
from waypost.archive.signing.settings import SigningSettings
from waypost.archive.signing.signer import Signer
from waypost.archive.signing.watching import watched
from waypost.archive.sources import jobs as sources_jobs
from waypost.archive.sources import secrets, starting
from waypost.archive.sources.eraser import ZammadEraser
from waypost.archive.sources.models import KIND as ZAMMAD
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.origin import ZammadOrigin
from waypost.archive.sources.settings import SourceSettings
from waypost.archive.sources.shapes import Doorstep
from waypost.platform.http.hardening import Hardening
from waypost.platform.http.settings import WayOutSettings
from waypost.platform.parts import Parts
from waypost.platform.safety.vault import Vault
from waypost.platform.slots import Slots
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.links import BlobLinks
from waypost.platform.storage.settings import StorageSettings
from waypost.platform.work import Works

JOBS: tuple[ModuleType, ...] = (
    keeping_jobs,
    sources_jobs,
    evidence_jobs,
    completeness_jobs,
    records_jobs,
    exports_jobs,
    requests_jobs,
    intake_jobs,
)
"""Imported so that their declarations stand."""


SEALED = secrets.SEALED
"""Secrets of ours, which follow a change of the key."""


def furnish(parts: Parts) -> None:
    """What this module's doors and jobs find in the process."""
    parts.add(Origins())
    parts.add(Erasers())
    parts.of(Slots).fill("home", label="Archive", address="/archives/today")


def furnish_evidence(parts: Parts, seeds: Sequence[bytes], outside: Outside, pace: Pace) -> None:
    """The log: `seeds` of the keys that sign checkpoints (present one first), and where they stand outside."""
    parts.add(Keeper(Notary(seeds), outside))
    parts.add(pace)
    besides = Besides()
    besides.by_kind["statement"] = statements_beside
    besides.counts["statement",] = statement_count
    parts.add(besides)


def furnish_places(parts: Parts, settings: PlacesSettings, storage: StorageSettings, data: Path) -> None:
    """Where the files stand."""
    shelf = open_shelf(settings, storage, data)
    parts.add(shelf)
    parts.add(Sweeper(shelf))


def furnish_signing(parts: Parts, settings: SigningSettings, rules: Hardening) -> None:
    """What signs, and who is asked for the time."""
    signer = open_signing(settings, rules)
    parts.add(signer)
    parts.add(signer.authorities)


def furnish_sealing(parts: Parts, settings: SealingSettings, default_org: str) -> None:
    """How pages look; the locale and zone of the settings are those of `default_org`."""
    parts.add(Looks(settings.look(), default_org))


def furnish_records(parts: Parts, settings: RecordsSettings) -> None:
    """What looks at records. After places, evidence and signing."""
    seals = Seals(parts.of(Signer))
    parts.add(seals)
    parts.add(settings.diligence())
    parts.add(ExportLinks(parts.of(BlobLinks).links))
    parts.add(Extras({"statements": statements}))
    parts.add(Verifier(parts.of(Shelf), parts.of(Blobs), parts.of(Keeper), seals))
    parts.of(Besides).by_kind.update(dict.fromkeys(("record", "upgrade", "imported"), records_beside))


def furnish_sources(parts: Parts, vault: Vault, way_out: WayOutSettings, version: str, home: str) -> None:
    """How Zammad is reached, and we by it; `version` is named in our notes there. After `furnish`."""
    parts.add(Doorstep(home))
    zammads = Zammads(vault, way_out.hardening(), way_out.allowed)
    parts.add(zammads)
    parts.of(Origins).by_kind[ZAMMAD] = ZammadOrigin(zammads, version)
    parts.of(Erasers).by_kind[ZAMMAD] = ZammadEraser()


def furnish_requests(parts: Parts, vault: Vault, requests: RequestSettings, intake: IntakeSettings) -> None:
    """How stubborn runs are, and how strict the documented doors."""
    parts.add(requests.terms())
    parts.add(Patience(requests.keeps()))
    parts.add(IntakeDesk(intake.terms(requests.retries), vault))


async def stand_sources(works: Works, parts: Parts, settings: SourceSettings, default_org: str) -> None:
    """The source that the environment describes."""
    await starting.stand_sources(works, parts.of(Zammads), settings, default_org)


def watching(parts: Parts) -> AbstractAsyncContextManager[None]:
    """What a worker keeps an eye on while it runs."""
    return watched(parts.of(Signer))


async def close(parts: Parts) -> None:
    """Give back what is open."""
    await parts.of(Signer).close()
    await parts.of(Keeper).outside.close()
    await parts.of(Shelf).close()
