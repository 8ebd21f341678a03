"""Mail that names nothing: may it join what its sender wrote before? By the house's policy, and never a stranger's."""

from datetime import timedelta

from waypost.ticketing.messages.models import SameSender
from waypost.ticketing.tickets.models import Confidence, Reason
from waypost.ticketing.tickets.threads import Earlier, Home, Newcomer, Threads

HOUR = timedelta(hours=1)
AUTOMATIC = frozenset({"auto", "bounce"})
NEVER_TOGETHER = AUTOMATIC | {"list", "forged"}


def asks_about_sender(new: Newcomer, threads: Threads) -> bool:
    """Whether its sender's earlier tickets matter to its decision at all."""
    wanted = threads.policy.same_sender is not SameSender.APART and not new.is_ours
    return bool(new.requester) and (wanted or bool(AUTOMATIC & new.traits))


def by_sender(new: Newcomer, threads: Threads) -> Home | None:
    """The earlier ticket of the same sender that it joins, or None when it begins one."""
    earlier = threads.earlier_of.get(new.requester or "", [])
    return _held_back(new, earlier, threads) if AUTOMATIC & new.traits else _continued(new, earlier, threads)


def _held_back(new: Newcomer, earlier: list[Earlier], threads: Threads) -> Home | None:
    """Two machines that answer each other, or a storm of reports, end in one ticket."""
    limit = threads.policy.automatic_per_hour
    lately = [one for one in earlier if abs(new.received_at - one.last_at) <= HOUR]
    if len(lately) < limit or not lately:
        return None
    told = f"more than {limit} tickets an hour by automatic mail of one sender"
    return Home(threads.alive(lately[-1].ticket_id), Reason.LOOP_GUARD, Confidence.LOW, told)


def _continued(new: Newcomer, earlier: list[Earlier], threads: Threads) -> Home | None:
    """A person who writes again before anybody has answered."""
    policy = threads.policy
    if policy.same_sender is SameSender.APART or new.is_ours or NEVER_TOGETHER & new.traits:
        return None
    told = "the same sender wrote before, and nobody has answered yet"
    for one in reversed(earlier):
        fresh = abs(new.received_at - one.last_at) <= policy.window
        waits = not one.is_answered and one.ticket_id not in threads.answered
        alike = policy.same_sender is SameSender.TOGETHER or one.subject_norm == new.subject_norm
        if fresh and waits and alike and new.sender in threads.people_of.get(threads.alive(one.ticket_id), set()):
            return Home(threads.alive(one.ticket_id), Reason.SAME_SENDER, Confidence.LOW, told)
    return None
