"""Who somebody at the provider is with us: by issuer and subject; the first time by an address that it has verified.

Nobody comes in by address alone: they are a member here already, or an invitation waits for them. What makes somebody
an admin is the link of an invitation, never the provider's word.
"""

from uuid import UUID

from waypost.platform.access import MACHINE
from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Forbidden
from waypost.platform.identity import lookups
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.invitations.actions import accept
from waypost.platform.identity.invitations.lookups import Invitation, invitation_for, invitation_of
from waypost.platform.identity.records import Login
from waypost.platform.identity.refusals import PersonDisabled
from waypost.platform.identity.single_sign_on import lookups as logins
from waypost.platform.identity.single_sign_on.id_token import Claims
from waypost.platform.work import Work


class AddressUnverified(Forbidden):
    """The provider has not verified your address, so it cannot be matched with anybody here."""


class NobodyHere(Forbidden):
    """Nobody here has this address, and no invitation waits for it."""


class LinkedToAnother(Conflict):
    """This account belongs to somebody else at the provider."""


async def person_for(desk: Desk, claims: Claims, invitation: str = "") -> tuple[Login, UUID | None]:
    """The person, and the organisation that they joined just now. Refuses 403, or 409 an account linked to another."""
    async with lookups.catalogue(desk.works.shards) as db:
        known = await logins.person_at(db, claims.issuer, claims.subject, desk.works.clock())
        asked = await _asked(desk, db, claims.email, invitation) if claims.email else None
        login = await _login(db, known, claims.email)
        places = await lookups.places(db, login.id) if login else []
    if known is None and claims.email is None:
        raise AddressUnverified
    if login is not None and login.is_disabled:
        raise PersonDisabled
    if asked is not None:
        return await _join(desk, claims, asked, link=known is None), asked.org_id
    if login is None or not places:
        raise NobodyHere
    if known is None:
        async with desk.works.open(places[0].id, MACHINE) as work:
            await _link(work, claims, login.id)
    return login, None


async def _login(db: lookups.Asked, known: UUID | None, email: str | None) -> Login | None:
    if known is not None:
        return await lookups.login_of(db, known)
    return await lookups.login(db, email) if email else None


async def _asked(desk: Desk, db: lookups.Asked, email: str, invitation: str) -> Invitation | None:
    """The invitation whose link they hold, if it is theirs; else one that waits for their address."""
    moment = desk.works.clock()
    if invitation:
        found = await invitation_of(db, desk.tokens.keyed("invitation", invitation), moment)
        return found if found and found.email == email else None
    return await invitation_for(db, email, moment)


async def _join(desk: Desk, claims: Claims, asked: Invitation, *, link: bool) -> Login:
    async with desk.works.open(asked.org_id, MACHINE) as work:
        person = await accept(work, asked, name=claims.name)
        if link:
            await _link(work, claims, person)
        login = await lookups.login_of(work.db, person)
    if login is None:
        raise NobodyHere
    return login


async def _link(work: Work, claims: Claims, person: UUID) -> None:
    if not await logins.link(work.db, claims.issuer, claims.subject, person, work.now):
        raise LinkedToAnother
    await record(work, "provider.linked", "person", person, {"issuer": claims.issuer})
