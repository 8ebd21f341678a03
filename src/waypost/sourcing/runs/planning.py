"""What a wish comes to: its source, profile, filters and address, in the documented order (sourcing.md 1.2)."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.notebook import queries as notebook
from waypost.sourcing.notebook.profile import Profile
from waypost.sourcing.runs.addresses import allowed, fingerprint
from waypost.sourcing.runs.refusals import ListingUnresolved, ProfileNotReady, SourceClosed, UnknownSource
from waypost.sourcing.runs.wish import RunWish
from waypost.sourcing.runs.wording import of_profile, worded
from waypost.sourcing.sources import queries as sources
from waypost.sourcing.sources.models import Source

IT, GENERAL = "pracuj-pl-it", "pracuj-pl-general"
_WORDS = (
    "developer programmer programista engineer software backend frontend fullstack devops python java javascript"
    " typescript golang rust kotlin php ruby react angular node cloud aws azure kubernetes sql data tester qa it"
    " sysadmin security android ios entwickler softwareentwickler"
)
IT_WORDS = frozenset(_WORDS.split())
"""A profile that says one of these looks for work in IT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A wish, resolved."""

    source: Source
    profile: Profile | None
    listing_url: str
    filters: dict[str, Any]
    fingerprint: str
    dropped: dict[str, list[Any]] = field(default_factory=dict)
    from_profile: bool = False


async def profile_of(db: AsyncSession, wish: RunWish, person: UUID) -> Profile | None:
    """The named profile, else the person's usual one if there is one; refuses with `ProfileNotReady`."""
    found = await notebook.profile_ready(db, person, wish.career_profile_id)
    if found is None and wish.career_profile_id is not None:
        raise ProfileNotReady
    return found


async def source_of(db: AsyncSession, wish: RunWish, profile: Profile | None) -> Source:
    """The named source, else the one that fits the profile. Refuses with `UnknownSource` and `SourceClosed`."""
    try:
        source = await sources.by_key(db, wish.source or guessed(profile))
    except sources.NoSuchSource:
        raise UnknownSource from None
    if source.killed_at is not None or not source.enabled:
        raise SourceClosed
    return source


def guessed(profile: Profile | None) -> str:
    """The board that a profile's words speak for."""
    words = {word for signal in (profile.signals if profile else ()) for word in signal.lower().split()}
    return IT if words & IT_WORDS else GENERAL


def planned(wish: RunWish, source: Source, profile: Profile | None) -> Plan:
    """Filters and address. The person's address wins; without filters the profile's serve, where they say something.

    Refuses with `ListingUnresolved` and `AddressNotAllowed`.
    """
    uses_profile = wish.filters is None and wish.listing_url is None and profile is not None
    said = of_profile(source, profile) if uses_profile and profile else wish.filters or {}
    words = worded(source, said)
    url = wish.listing_url or words.url
    if not url:
        raise ListingUnresolved
    allowed(source, url)
    return Plan(
        source=source,
        profile=profile,
        listing_url=url,
        filters=words.accepted,
        fingerprint=fingerprint(source.key, url, words.accepted),
        dropped=words.dropped,
        from_profile=uses_profile and bool(said),
    )
