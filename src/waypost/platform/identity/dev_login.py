"""The developers' door: sign-in by typing two names, on this very machine and never in production."""

from starlette.requests import Request

from waypost.platform.access import MACHINE, Role
from waypost.platform.errors import NotFound
from waypost.platform.identity import lookups
from waypost.platform.identity.actions import add_member, checked_email
from waypost.platform.identity.desk import Desk, address_of, desk_of
from waypost.platform.identity.founding import find_or_make
from waypost.platform.identity.refusals import NotAMember
from waypost.platform.identity.sign_in import Origin, SignedInAs, open_for
from waypost.platform.web.addresses import is_loopback

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


class NoSuchDoor(NotFound):
    """Not Found."""


async def dev_door(request: Request) -> None:
    """Hide the door (404) unless it is allowed, outside production, and asked directly from this machine."""
    desk = desk_of(request)
    allowed = desk.settings.allow_dev_login and not desk.prod
    direct = not any(name in request.headers for name in FORWARDED)
    if not (allowed and direct and is_loopback(address_of(request)) and _names_us(request)):
        raise NoSuchDoor


async def dev_sign_in(desk: Desk, email: str, organisation: str, *, origin: Origin) -> SignedInAs:
    """Find or make organisation (the oldest of that name), person and membership (admin; owner of a new one)."""
    email = checked_email(email)
    org, made = await find_or_make(desk.works, organisation)
    async with lookups.catalogue(desk.works.shards) as db:
        person = await lookups.login(db, email)
        known = {place.id for place in await lookups.places(db, person.id)} if person else set()
    if org not in known:
        async with desk.works.open(org, MACHINE) as work:
            await add_member(work, email, Role.OWNER if made else Role.ADMIN)
    async with lookups.catalogue(desk.works.shards) as db:
        person = await lookups.login(db, email)
        place = next((p for p in await lookups.places(db, person.id) if p.id == org), None) if person else None
    if person is None or place is None:
        raise NotAMember
    return await open_for(desk, person, place, origin=origin, how="dev")


def _names_us(request: Request) -> bool:
    """A page elsewhere may let its own name point at this machine; a name with a dot is therefore not ours."""
    host = request.url.hostname or ""
    return "." not in host or host.endswith(".localhost") or is_loopback(host)
