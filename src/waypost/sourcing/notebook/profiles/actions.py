"""Verbs of profiles: write one, change it, make it the active one, let it go."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from waypost.platform.errors import Conflict
from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.sourcing.notebook.profile import Profile
from waypost.sourcing.notebook.profiles import queries
from waypost.sourcing.notebook.profiles.models import ProfileChanged, ProfileState, SearchProfile
from waypost.sourcing.notebook.profiles.typed import Stated


class NameTaken(Conflict):
    """You have a profile of this name already."""


class TooManyProfiles(Conflict):
    """You have 50 profiles already: let one go first."""


async def write(work: Work, stated: Stated) -> SearchProfile:
    """A new profile; the first one becomes the active one."""
    person = work.actor.person_id
    assert person is not None, "a profile belongs to a person"
    there = await queries.count(work.db, person)
    if there >= queries.MOST:
        raise TooManyProfiles
    profile = stated.profile(new_id())
    row = SearchProfile(
        id=profile.id,
        user_id=person,
        name=await _free(work, profile.name, None),
        state=_state(profile),
        active=not there,
        revision=1,
        stated=profile.stated(),
        created_at=work.now,
        updated_at=work.now,
    )
    await _put(work, row)
    work.tell(ProfileChanged(row.id))
    return row


async def change(work: Work, row: SearchProfile, stated: Stated) -> None:
    """State something else; what was scored against it is scored anew. A new name alone scores nothing."""
    profile = stated.profile(row.id, row.revision)
    row.name = await _free(work, profile.name, row.id)
    if profile.stated() != row.read().stated():
        row.stated, row.state, row.revision = profile.stated(), _state(profile), row.revision + 1
        work.tell(ProfileChanged(row.id))
    row.updated_at = work.now
    await _put(work, row)


async def activate(work: Work, row: SearchProfile) -> None:
    """Runs that name no profile take this one from now on."""
    mine = update(SearchProfile).where(SearchProfile.user_id == row.user_id, SearchProfile.active)
    await work.db.execute(mine.values(active=False))
    row.active, row.updated_at = True, work.now
    work.tell(ProfileChanged(row.id))


async def remove(work: Work, row: SearchProfile) -> None:
    """Let it go; scores against it stay until something scores their offers again. The next one becomes active."""
    rest = [one for one in await queries.of_person(work.db, row.user_id) if one.id != row.id]
    await work.db.delete(row)
    await work.db.flush()
    if row.active and rest:
        await activate(work, rest[0])


def _state(profile: Profile) -> ProfileState:
    return ProfileState.READY if profile.ready else ProfileState.DRAFT


async def _free(work: Work, name: str, but: UUID | None) -> str:
    if await queries.name_taken(work.db, work.actor.person_id, name, but):
        raise NameTaken(errors=[{"field": "name", "msg": "choose another"}])
    return name


async def _put(work: Work, row: SearchProfile) -> None:
    """Two windows of one person at the same moment: the index decides."""
    try:
        async with work.db.begin_nested():
            work.db.add(row)
    except IntegrityError as twin:
        raise NameTaken from twin
