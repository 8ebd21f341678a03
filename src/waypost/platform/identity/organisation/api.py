"""The organisation for programs."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from waypost.platform.identity import lookups, wire
from waypost.platform.identity.organisation.access import CHANGE
from waypost.platform.identity.organisation.actions import change_organisation
from waypost.platform.identity.refusals import NotAMember
from waypost.platform.web.doors import Doors, Reads, Writes
from waypost.platform.work import Work

api = Doors()


class OrganisationBody(BaseModel):
    """What is left out stays as it is; a `locale` of null leaves the language to everybody's browser."""

    model_config = ConfigDict(extra="forbid")

    zone: str = Field("", min_length=1, max_length=64)
    locale: Literal["en", "de"] | None = None


@api.get("/organization", member=True)
async def shown(work: Reads) -> dict[str, Any]:
    """`{id, name, primary_domain, zone, locale}`; the zone is an IANA name."""
    return await _told(work)


@api.patch("/organization", needs=CHANGE)
async def changed(body: OrganisationBody, work: Writes) -> dict[str, Any]:
    """The same as it is then; 422 for a zone that is not known."""
    given = body.model_fields_set
    await change_organisation(
        work, zone=body.zone if "zone" in given else None, locale=(body.locale or "") if "locale" in given else None
    )
    return await _told(work)


async def _told(work: Work) -> dict[str, Any]:
    found = await lookups.organisation(work.db, work.org)
    if found is None:
        raise NotAMember
    return {**wire.organization(found), "zone": found.zone, "locale": found.locale}
