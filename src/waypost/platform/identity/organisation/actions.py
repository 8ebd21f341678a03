"""The verb of the organisation's page."""

from typing import Literal

from waypost.platform.audit.actions import record
from waypost.platform.identity import lookups
from waypost.platform.identity.organisation.zones import checked_zone
from waypost.platform.work import Work

Language = Literal["", "en", "de"]
"""`""`: that of everybody's browser."""


async def change_organisation(work: Work, *, zone: str | None = None, locale: Language | None = None) -> None:
    """Set its zone, its language, or both; None leaves it as it is. Refuses (422) a zone that is not known."""
    said = {"zone": zone and checked_zone(zone), "locale": locale}
    await lookups.change_organisation(work.db, work.org, zone=zone, locale=locale)
    told = {name: value for name, value in said.items() if value is not None}
    await record(work, "organization.changed", "organization", work.org, told)
