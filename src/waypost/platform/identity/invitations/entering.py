"""Coming in by a link: joining with a new account or one's own, choosing a new password, asking for a link by mail."""

from dataclasses import dataclass, field
from uuid import UUID

from waypost.platform.access import MACHINE, STRANGER
from waypost.platform.errors import Conflict, Refusal
from waypost.platform.identity import lookups
from waypost.platform.identity.actions import checked_email, set_password
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.invitations import actions
from waypost.platform.identity.invitations.actions import LinkVoid
from waypost.platform.identity.invitations.lookups import (
    Invitation,
    PasswordLink,
    invitation_of,
    password_link,
)
from waypost.platform.identity.post import Letter, Occasion
from waypost.platform.identity.records import Login
from waypost.platform.identity.sign_in import Arrival, Origin, SignedInAs, count_try, go_on, place_of
from waypost.platform.web.caller import Caller


class SignInFirst(Conflict):
    """There is an account with this address already: sign in with it, then open the link again."""


class ForSomebodyElse(Conflict):
    """This invitation is for another address than the one you are signed in with."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a newcomer typed."""

    name: str
    password: str = field(repr=False)


async def invited(desk: Desk, token: str) -> Invitation:
    """The invitation behind a link; refuses (404) one that does not hold."""
    async with lookups.catalogue(desk.works.shards) as db:
        found = await invitation_of(db, desk.tokens.keyed("invitation", token), desk.works.clock())
    if found is None:
        raise LinkVoid
    return found


async def join_as_new(desk: Desk, token: str, chosen: Chosen, origin: Origin) -> SignedInAs:
    """Make the account, join and sign in. Refuses 404 a void link, 409 a known address, 422 an unsuitable password."""
    found = await invited(desk, token)
    if found.is_known:
        raise SignInFirst
    hashed = await desk.passwords.hash(chosen.password)
    async with desk.works.open(found.org_id, STRANGER) as work:
        person = await actions.accept(work, found, name=chosen.name.strip()[:200] or None)
        await set_password(work, person, hashed)
    return await _arrive(desk, person, found.org_id, origin)


async def join_as_oneself(desk: Desk, token: str, caller: Caller) -> Invitation:
    """Join with the account one is signed in with. Refuses 404 a void link, 409 one for another address."""
    found = await invited(desk, token)
    if found.email != caller.email:
        raise ForSomebodyElse
    async with desk.works.open(found.org_id, MACHINE) as work:
        await actions.accept(work, found)
        await lookups.switch(work.db, caller.session_id, caller.person_id, found.org_id)
    return found


async def for_whom(desk: Desk, token: str) -> PasswordLink:
    """For whom a link to choose a password is; refuses (404) one that does not hold."""
    async with lookups.catalogue(desk.works.shards) as db:
        found = await password_link(db, desk.tokens.keyed("password link", token), desk.works.clock())
    if found is None:
        raise LinkVoid
    return found


async def choose_password(desk: Desk, token: str, password: str, origin: Origin) -> SignedInAs:
    """Store the password, end all sessions, sign in (the second factor is asked as ever)."""
    found = await for_whom(desk, token)
    hashed = await desk.passwords.hash(password)
    async with desk.works.open(found.org_id, STRANGER) as work:
        await actions.use_password_link(work, found, hashed)
    return await _arrive(desk, found.person_id, None, origin)


async def ask_by_mail(desk: Desk, email: str, address: str) -> None:
    """Mail a link to whoever has this address. Nobody learns whether anybody does; tries count as at the door."""
    await count_try(desk, email, address)
    if desk.post.is_open:
        desk.later(_mail_link(desk, email))


async def _mail_link(desk: Desk, email: str) -> None:
    try:
        async with lookups.catalogue(desk.works.shards) as db:
            person = await lookups.login(db, checked_email(email))
            places = await lookups.places(db, person.id) if person and not person.is_disabled else []
    except Refusal:
        return
    if person is None or not places:
        return
    life = desk.settings.password_link_life
    async with desk.works.open(places[0].id, MACHINE) as work:
        sent = await actions.make_password_link(work, desk.tokens, person.id, person.email, life, by_mail=True)
        profile = await lookups.profile(work.db, person.id)
    link = f"{desk.home}/password/{sent.token}"
    await desk.post.send(Letter(person.email, Occasion.NEW_PASSWORD, link, places[0].name, profile.locale))


async def _arrive(desk: Desk, person: UUID, org: UUID | None, origin: Origin) -> SignedInAs:
    async with lookups.catalogue(desk.works.shards) as db:
        found: Login | None = await lookups.login_of(db, person)
    if found is None:
        raise LinkVoid
    place = await place_of(desk, found, str(org) if org else None)
    return await go_on(desk, Arrival(found, place, "one-time link"), origin)
