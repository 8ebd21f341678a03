"""The organisation for people: in which language and time zone it works."""

from typing import Annotated

from fastapi import Form

from waypost.platform.identity import lookups
from waypost.platform.identity.organisation.access import CHANGE
from waypost.platform.identity.organisation.actions import Language, change_organisation
from waypost.platform.identity.organisation.zones import NoSuchZone, known_zones
from waypost.platform.identity.refusals import NotAMember
from waypost.platform.web.caller import Caller
from waypost.platform.web.doors import Reads, SignedIn, Staged
from waypost.platform.web.pages import Page, Pages
from waypost.platform.work import Work

ORGANISATION = "platform/identity/organisation/organisation.html"

pages = Pages()


@pages.get("/organization", member=True)
async def shown(work: Reads, caller: SignedIn, saved: bool = False) -> Page:
    """How it is; who may changes it here."""
    return await _page(work, caller, saved=saved)


@pages.post("/organization", needs=CHANGE)
async def changed(
    stages: Staged,
    caller: SignedIn,
    zone: Annotated[str, Form(max_length=64)] = "",
    locale: Annotated[Language, Form()] = "",
) -> Page:
    """Keep both; an empty zone leaves it unchosen, or as it was."""
    try:
        async with stages.open() as work:
            await change_organisation(work, zone=zone or None, locale=locale)
    except NoSuchZone:
        async with stages.open(reads=True) as work:
            return await _page(work, caller, wrong=True)
    return Page(ORGANISATION, goto="/organization?saved=true")


async def _page(work: Work, caller: Caller, *, saved: bool = False, wrong: bool = False) -> Page:
    found = await lookups.organisation(work.db, work.org)
    if found is None:
        raise NotAMember
    return Page(
        ORGANISATION,
        status=422 if wrong else 200,
        found=found,
        zones=[(name, name) for name in sorted({*known_zones(), found.zone})],
        chosen=await lookups.chosen_zone(work.db, work.org),
        may_change=CHANGE in caller.keys,
        saved=saved,
        wrong=wrong,
    )
