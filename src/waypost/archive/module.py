"""The face of the archive for every process: its outside clients and its jobs. Its doors are beside it (doors.py)."""

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from waypost.archive.evidence import jobs as evidence_jobs
from waypost.archive.evidence.keeper import Keeper
from waypost.archive.evidence.notes import Notary
from waypost.archive.evidence.outside import Outside
from waypost.archive.evidence.timing import Pace
from waypost.archive.evidence.walking import Besides
from waypost.archive.places.opening import open_shelf
from waypost.archive.places.settings import PlacesSettings
from waypost.archive.places.shelf import Shelf
from waypost.archive.records import jobs as records_jobs
from waypost.archive.records.beside import records_beside
from waypost.archive.records.seals import Seals
from waypost.archive.records.settings import RecordsSettings
from waypost.archive.records.verifying import Verifier
from waypost.archive.requests.origin import Origins
from waypost.archive.signing.opening import open_signing
from waypost.archive.signing.settings import SigningSettings
from waypost.archive.signing.signer import Signer
from waypost.archive.sources import jobs as sources_jobs
from waypost.archive.sources.models import KIND as ZAMMAD
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.origin import ZammadOrigin
from waypost.platform.http.hardening import Hardening
from waypost.platform.http.settings import WayOutSettings
from waypost.platform.parts import Parts
from waypost.platform.safety.vault import Vault
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.settings import StorageSettings

JOBS: tuple[ModuleType, ...] = (sources_jobs, evidence_jobs, records_jobs,)
"""Imported so that their declarations stand."""


def furnish(parts: Parts) -> None:
    """What this module's doors and jobs find in the process."""
    parts.add(Origins())


def furnish_evidence(parts: Parts, seeds: Sequence[bytes], folder: Path, pace: Pace) -> None:
    """The log: `seeds` of the keys that sign checkpoints (present one first), and where they stand outside."""
    parts.add(Keeper(Notary(seeds), Outside(folder)))
    parts.add(pace)
    parts.add(Besides())


def furnish_places(parts: Parts, settings: PlacesSettings, storage: StorageSettings, data: Path) -> None:
    """Where the files stand."""
    parts.add(open_shelf(settings, storage, data))


def furnish_signing(parts: Parts, settings: SigningSettings, rules: Hardening) -> None:
    """What signs, and who is asked for the time."""
    signer = open_signing(settings, rules)
    parts.add(signer)
    parts.add(signer.authorities)


def furnish_records(parts: Parts, settings: RecordsSettings) -> None:
    """What looks at records. After places, evidence and signing."""
    seals = Seals(parts.of(Signer).terms.trusted)
    parts.add(seals)
    parts.add(settings.diligence())
    parts.add(Verifier(parts.of(Shelf), parts.of(Blobs), parts.of(Keeper), seals))
    parts.of(Besides).by_kind.update(dict.fromkeys(("record", "upgrade", "imported"), records_beside))


def furnish_sources(parts: Parts, vault: Vault, way_out: WayOutSettings, version: str) -> None:
    """How Zammad is reached; `version` is named in our notes there. After `furnish`."""
    zammads = Zammads(vault, way_out.hardening(), way_out.allowed)
    parts.add(zammads)
    parts.of(Origins).by_kind[ZAMMAD] = ZammadOrigin(zammads, version)


async def close(parts: Parts) -> None:
    """Give back what is open."""
    await parts.of(Signer).close()
    await parts.of(Shelf).close()
