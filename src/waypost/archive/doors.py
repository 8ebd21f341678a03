"""The face of the archive for the web process: its doors and its rooms."""

from waypost.archive.completeness import api as completeness_api
from waypost.archive.completeness import pages as completeness_pages
from waypost.archive.evidence import api as evidence_api
from waypost.archive.evidence import pages as evidence_pages
from waypost.archive.evidence.keeper import Keeper
from waypost.archive.intake import api as intake_api
from waypost.archive.intake import operating as intake_operating
from waypost.archive.intake import pages as intake_pages
from waypost.archive.intake.desk import IntakeDesk
from waypost.archive.keeping import api as keeping_api
from waypost.archive.keeping import pages as keeping_pages
from waypost.archive.places.shelf import Shelf
from waypost.archive.records import api as records_api
from waypost.archive.records import pages as records_pages
from waypost.archive.records.exports import api as exports_api
from waypost.archive.records.exports import pages as exports_pages
from waypost.archive.records.previews import api as previews_api
from waypost.archive.records.previews import pages as previews_pages
from waypost.archive.requests import api as requests_api
from waypost.archive.requests import pages as requests_pages
from waypost.archive.requests.forgetting import api as forgetting_api
from waypost.archive.requests.forgetting import pages as forgetting_pages
from waypost.archive.requests.policy import api as policy_api
from waypost.archive.requests.policy import pages as policy_pages
from waypost.archive.sources import api as sources_api
from waypost.archive.sources import pages as sources_pages
from waypost.platform.observe.health import Check
from waypost.platform.parts import Parts
from waypost.platform.web.doors import Doors
from waypost.platform.web.nav import Room

UNLIMITED = ("/ingest", "/sources")
"""Webhooks have a limit of their own, for each source."""
DOORS: tuple[Doors, ...] = (
    sources_pages.pages,
    sources_api.api,
    intake_api.api,
    intake_operating.operators,
    intake_pages.pages,
    requests_pages.pages,
    requests_api.api,
    forgetting_pages.pages,
    forgetting_api.api,
    policy_pages.pages,
    policy_api.api,
    completeness_pages.pages,
    completeness_api.api,
    keeping_pages.pages,
    keeping_api.api,
    evidence_pages.pages,
    evidence_api.api,
    # The last ones: `/archives/{record_id}` would take `/archives/log` for an id.
    exports_pages.pages,
    exports_api.api,
    previews_pages.pages,
    previews_api.api,
    records_pages.pages,
    records_api.api,
)
ROOMS: tuple[Room, ...] = (
    Room(
        key="archive-sources",
        href="/archive-sources",
        label="Sources",
        icon="database",
        needs="archive.sources.steer",
        part_of="settings",
        group="Archive",
        says="Zammad installations whose closed tickets are kept here.",
    ),
    Room(
        key="archive", href="/archives", label="Archive", icon="archive", key_hint="g a", needs="archive.records.read"
    ),
    Room(
        key="archive-completeness",
        href="/archives/completeness",
        label="Completeness",
        icon="calendar-check",
        needs="archive.records.read",
        part_of="archive",
        says="Day by day, whether everything that was closed was kept.",
    ),
    Room(
        key="archive-requests",
        href="/archive-requests",
        label="Requests",
        icon="list-checks",
        needs="archive.records.read",
        part_of="archive",
        says="Wishes to keep a case, how far each has come, and what failed.",
    ),
    Room(
        key="archive-log",
        href="/archives/log",
        label="Evidence log",
        icon="scroll-text",
        needs="archive.records.read",
        part_of="archive",
        says="The append-only log, its checkpoints and time proofs.",
    ),
    Room(
        key="archive-due",
        href="/archive-due",
        label="Release",
        icon="eraser",
        needs="archive.releases.write",
        part_of="archive",
        covers=("/archive-releases",),
        says="What is due, proposals to erase, and the second person's word.",
    ),
    Room(
        key="archive-certificates",
        href="/archive-certificates",
        label="Certificates",
        icon="file-check",
        needs="archive.records.read",
        part_of="archive",
        says="What was erased, who agreed, and where the log holds it.",
    ),
    Room(
        key="archive-retention",
        href="/archive-retention",
        label="Retention",
        icon="hourglass",
        needs="archive.records.read",
        part_of="settings",
        group="Archive",
        says="How long records are kept before two people may release them.",
    ),
    Room(
        key="archive-exports",
        href="/archive-exports",
        label="Exports",
        icon="package",
        needs="archive.records.read",
        part_of="archive",
        says="Records for an auditor, in one ZIP.",
    ),
    Room(
        key="archive-policy",
        href="/archive-policy",
        label="Archive of tickets",
        icon="archive",
        needs="archive.sources.steer",
        part_of="settings",
        group="Archive",
        says="Which of your own tickets are kept, when, and in which folder.",
    ),
)


def open_intake(parts: Parts, *, outside_prod: bool) -> None:
    """The documented doors open; outside production they may take unsigned webhooks from this machine."""
    parts.of(IntakeDesk).open(outside_prod=outside_prod)


def close_intake(parts: Parts) -> None:
    """Nothing new is accepted: senders come back to the next process."""
    parts.of(IntakeDesk).closing = True


def checks(parts: Parts) -> tuple[Check, ...]:
    """What /readyz says of the archive."""
    return (
        Check("webhooks", parts.of(IntakeDesk).look),
        Check("storage", parts.of(Shelf).look),
        Check("checkpoints", parts.of(Keeper).outside.look),
    )
