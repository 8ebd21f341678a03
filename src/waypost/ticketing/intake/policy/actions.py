"""Deciding about threading."""

from datetime import timedelta
from typing import Any

from sqlalchemy.dialects.postgresql import insert as upsert

from waypost.platform.access import ADMINS, EVERYONE, permission
from waypost.platform.audit.actions import record
from waypost.platform.errors import Invalid
from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.ticketing.messages.models import ThreadingPolicy
from waypost.ticketing.messages.queries import Policy, threading_policy

READ = permission("ticketing.threading.read", EVERYONE)
STEER = permission("ticketing.threading.steer", ADMINS)

LONGEST_WINDOW = timedelta(days=30)
MOST_AN_HOUR = 1_000


class BadWindow(Invalid):
    """The window is between one hour and thirty days."""


class BadBound(Invalid):
    """Automatic mail of one sender may open between 1 and 1,000 tickets an hour."""


async def decide(work: Work, wanted: Policy) -> None:
    """The organisation's policy from now on; what is stitched already stays. Refuses with `BadWindow`, `BadBound`."""
    if not timedelta(hours=1) <= wanted.window <= LONGEST_WINDOW:
        raise BadWindow(errors=[{"field": "window_hours", "msg": "1 to 720"}])
    if not 1 <= wanted.automatic_per_hour <= MOST_AN_HOUR:
        raise BadBound(errors=[{"field": "automatic_per_hour", "msg": "1 to 1000"}])
    before = await threading_policy(work.db)
    if wanted == before:
        return
    values = shown(wanted) | {"updated_at": work.now}
    kept = upsert(ThreadingPolicy).values(id=new_id(), **values)
    await work.db.execute(kept.on_conflict_do_update(index_elements=["org_id", "scope"], set_=values))
    await record(
        work, "threading.policy.updated", "threading_policy", None, {"before": shown(before), "after": shown(wanted)}
    )


def shown(policy: Policy) -> dict[str, Any]:
    """As programs read it and the audit log keeps it."""
    return {
        "same_sender": policy.same_sender.value,
        "window_hours": int(policy.window / timedelta(hours=1)),
        "inboxes_apart": policy.inboxes_apart,
        "automatic_per_hour": policy.automatic_per_hour,
    }
