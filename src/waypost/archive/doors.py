"""The face of the archive for the web process: its doors and its rooms."""

from waypost.archive.records import api as records_api
from waypost.archive.records import pages as records_pages
from waypost.archive.requests.policy import api as policy_api
from waypost.archive.requests.policy import pages as policy_pages
from waypost.platform.web.doors import Doors
from waypost.platform.web.nav import Room

DOORS: tuple[Doors, ...] = (
    policy_pages.pages,
    policy_api.api,
    # The last ones: `/archives/{record_id}` would take `/archives/log` for an id.
    records_pages.pages,
    records_api.api,
)
ROOMS: tuple[Room, ...] = (
    Room(
        key="archive", href="/archives", label="Archive", icon="archive", key_hint="g a", needs="archive.records.read"
    ),
    Room(
        key="archive-policy",
        href="/archive-policy",
        label="Archive of tickets",
        icon="archive",
        needs="archive.sources.steer",
        part_of="settings",
        says="Which of your own tickets are kept, when, and in which folder.",
    ),
)
