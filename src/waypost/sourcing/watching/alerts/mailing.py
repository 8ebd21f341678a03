"""Telling an organisation's own people: a letter to everybody there who may look after sourcing.

The environment's webhook belongs to one organisation (ruling 2); alerts of the others would be seen by nobody who does
not look. Only beginnings are written: the page tells the rest.
"""

from dataclasses import dataclass
from uuid import UUID

from waypost.platform.access import keys_of
from waypost.platform.errors import Unavailable
from waypost.platform.identity import lookups
from waypost.platform.identity.members import queries as members
from waypost.platform.identity.post import Letter, NoPost, Occasion, Post
from waypost.platform.work import Work
from waypost.sourcing.access import OPERATE
from waypost.sourcing.watching.alerts import queries
from waypost.sourcing.watching.alerts.delivering import Opens
from waypost.sourcing.watching.alerts.models import MAIL, AlertEvent, AlertState
from waypost.sourcing.watching.alerts.notices import Notice
from waypost.sourcing.watching.alerts.rules import State

MOST = 25
"""Letters about one alert."""
PLACE = "/sourcing/alerts"


class PostAway(Unavailable):
    """No letter about the alert could be handed over."""


@dataclass(slots=True)
class Bell:
    """By which way letters leave, and where this house is; a part of a process."""

    post: Post
    home: str

    @classmethod
    def silent(cls) -> "Bell":
        """Nobody is written to."""
        return cls(NoPost(), "")


async def ring(opens: Opens, bell: Bell, state_id: UUID) -> int:
    """Write to those who may look; gives the number of letters. Nothing where it fires no more, or was told already.

    Refuses with `PostAway` when none was taken, so that it is tried again. A crash in between may write twice.
    """
    if not bell.post.is_open:
        return 0
    async with opens() as work:
        notice = await _due(work, state_id)
        letters = await _letters(work, bell.home) if notice else []
    taken = [await bell.post.send(each) for each in letters]
    if notice is None or not letters:
        return 0
    async with opens() as work:
        work.db.add(_event(work, notice, taken.count(True), len(letters)))
    if not any(taken):
        raise PostAway
    return taken.count(True)


async def _due(work: Work, state_id: UUID) -> Notice | None:
    state = await work.db.get(AlertState, (work.org, state_id))
    if state is None or state.state != State.FIRING:
        return None
    notice = Notice(rule=state.rule, subject=state.subject, count=state.value, at=state.fired_at)
    told_at = await queries.mailed_at(work.db, notice.key)
    return None if told_at and state.fired_at and told_at >= state.fired_at else notice


async def _letters(work: Work, home: str) -> list[Letter]:
    """One to each, in the language that they read."""
    org = await lookups.organisation(work.db, work.org)
    found: list[Letter] = []
    for each in await _operators(work):
        profile = await lookups.profile(work.db, each.id)
        locale = profile.locale or (org.locale if org else None)
        found.append(Letter(each.email, Occasion.ALERT, home + PLACE, org.name if org else "", locale))
    return found


async def _operators(work: Work) -> list[members.Belonging]:
    found: list[members.Belonging] = []
    page = await members.belonging(work.db)
    while page:
        found += [each for each in page if not each.is_disabled and OPERATE in keys_of(each.role)]
        page = await members.belonging(work.db, after=page[-1].id) if len(found) < MOST else []
    return found[:MOST]


def _event(work: Work, notice: Notice, taken: int, written: int) -> AlertEvent:
    return AlertEvent(
        channel=MAIL,
        alert_key=notice.key,
        notice=notice.state,
        payload_hash=notice.fingerprint,
        status="sent" if taken else "failed",
        delivered_at=work.now if taken else None,
        meta={"letters": written, "taken": taken},
        created_at=work.now,
    )
