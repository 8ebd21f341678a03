"""Look-alikes that have no group yet: found along the index of fingerprints, page by page."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from sqlalchemy import update

from waypost.platform.audit.actions import record
from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.ticketing.collisions import queries
from waypost.ticketing.collisions.grouping import Pair, grouped
from waypost.ticketing.collisions.models import CollisionsLeft
from waypost.ticketing.messages.models import Message
from waypost.ticketing.messages.queries import hold_threads

PAGES = 20
"""Of one request."""


@dataclass(slots=True)
class Tally:
    """What a look found; `after` is where the next page begins, None at the end."""

    fingerprints_scanned: int = 0
    groups_updated: int = 0
    messages_updated: int = 0
    after: bytes | None = b""

    def answer(self) -> dict[str, int]:
        """The documented keys."""
        return {
            "fingerprints_scanned": self.fingerprints_scanned,
            "groups_updated": self.groups_updated,
            "messages_updated": self.messages_updated,
        }


async def fill_page(work: Work, tally: Tally) -> None:
    """Group what one page of fingerprints shows; a second time it changes nothing."""
    assert tally.after is not None
    fingerprints = await queries.repeated_fingerprints(work.db, tally.after)
    tally.after = fingerprints[-1] if len(fingerprints) == queries.FINGERPRINTS_AT_ONCE else None
    if not fingerprints:
        return
    await hold_threads(work.db)
    alike: dict[bytes, list[Message]] = {}
    for message in await queries.alike(work.db, fingerprints):
        alike.setdefault(message.fingerprint, []).append(message)
    distinct = await queries.distinctions(work.db, [one.id for many in alike.values() for one in many])
    for messages in alike.values():
        tally.fingerprints_scanned += 1
        await _fill(work, messages, distinct, tally)


async def _fill(work: Work, messages: list[Message], distinct: set[Pair], tally: Tally) -> None:
    """Only those without a group get one: theirs who have one already, else a new one."""
    by_id = {message.id: message for message in messages}
    for group in grouped(list(by_id), distinct):
        lacking = [one for one in group if by_id[one].collision_group_id is None]
        if len(group) < 2 or not lacking:
            continue
        name = next((known for one in group if (known := by_id[one].collision_group_id)), None) or new_id()
        await work.db.execute(
            update(Message).where(Message.id.in_(lacking)).values(collision_group_id=name),
            execution_options={"synchronize_session": False},
        )
        tally.groups_updated += 1
        tally.messages_updated += len(lacking)


async def fill_all(open_work: Callable[[], AbstractAsyncContextManager[Work]]) -> Tally:
    """Page by page, each in a work of its own; beyond `PAGES` a job goes on."""
    tally = Tally()
    for _ in range(PAGES):
        async with open_work() as work:
            await fill_page(work, tally)
            if tally.after is None:
                await record(work, "collisions.filled", "collision_group", None, tally.answer())
                return tally
    async with open_work() as work:
        assert tally.after is not None
        work.tell(CollisionsLeft(tally.after.hex()))
        await record(work, "collisions.filled", "collision_group", None, tally.answer())
    return tally
