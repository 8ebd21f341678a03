"""What must be seen of each row of the contract, beside who is with whom: the reason, its confidence, links, doubts."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tests.threading.delivery import Delivery
from tests.threading.talks import Labelled
from waypost.platform.access import MACHINE
from waypost.ticketing.messages.models import Direction, Message, Occurrence
from waypost.ticketing.tickets.models import Confidence, LinkKind, Reason, TicketLink, TicketMessage


@dataclass(frozen=True, slots=True)
class Came:
    """What became of one copy of a mail. Without a ticket it is an item of the quarantine."""

    is_duplicate: bool
    is_ours: bool
    ticket_id: UUID | None = None
    reason: str = ""
    confidence: str = ""
    new_subject: bool = False
    links: frozenset[str] = frozenset()


Seen = Callable[[Sequence[Came]], bool]


async def came_out(delivery: Delivery, mails: Sequence[Labelled]) -> dict[str, list[Came]]:
    """Every copy by its row."""
    links, rows = defaultdict[UUID, set[str]](set), dict[UUID, Came]()
    spoken = (TicketMessage.stitch_reason, TicketMessage.stitch_confidence, TicketMessage.new_subject)
    chosen = (
        select(Occurrence.id, Occurrence.is_duplicate, Message.direction, Occurrence.ticket_id, *spoken)
        .outerjoin(Message, Message.id == Occurrence.message_id)
        .outerjoin(TicketMessage, TicketMessage.message_id == Occurrence.message_id)
    )
    async with delivery.desk.works.open(delivery.desk.org, MACHINE, reads=True) as work:
        for one, other, kind in await work.db.execute(
            select(TicketLink.ticket_id, TicketLink.other_id, TicketLink.kind)
        ):
            links[one].add(kind)
            links[other].add(kind)
        for copy_id, twice, direction, ticket_id, *why in await work.db.execute(chosen):
            came = Came(bool(twice), direction == Direction.OUTBOUND)
            rows[copy_id] = replace(came, ticket_id=ticket_id, **_placed(why, links[ticket_id])) if ticket_id else came
    found = defaultdict[str, list[Came]](list)
    for mail, copy_id in zip(mails, delivery.copies, strict=True):
        found[mail.row].append(rows[copy_id])
    return found


def _placed(why: Sequence[Any], links: Collection[str]) -> dict[str, Any]:
    reason, confidence, new_subject = why
    return {"reason": reason, "confidence": confidence, "new_subject": new_subject, "links": frozenset(links)}


def some(*reasons: Reason, sure: Collection[Confidence] = tuple(Confidence)) -> Seen:
    """At least one joined for one of these reasons, so sure."""
    return lambda all_: any(one.reason in reasons and one.confidence in sure for one in all_)


def linked(kind: LinkKind) -> Seen:
    """At least one stands near another conversation in this way."""
    return lambda all_: any(kind in one.links for one in all_)


def one_message(all_: Sequence[Came]) -> bool:
    """Further copies are copies."""
    return any(one.is_duplicate for one in all_)


def ours_joined(all_: Sequence[Came]) -> bool:
    """What we said outside the desk is in a conversation that it names."""
    return any(one.is_ours and one.reason in (Reason.THREADING, Reason.LATE_PARENT) for one in all_)


def split_proposed(all_: Sequence[Came]) -> bool:
    """A new topic is said aloud, and believed little."""
    return any(one.new_subject and one.confidence == Confidence.LOW for one in all_)


def never_ours(all_: Sequence[Came]) -> bool:
    """Our own subject is no new topic, nor is the answer to it by its reason alone."""
    return not any(one.new_subject for one in all_ if one.is_ours)


def apart(all_: Sequence[Came]) -> bool:
    """Several matters, not one."""
    return len({one.ticket_id for one in all_ if one.ticket_id}) > 1


def shown_or_put_aside(all_: Sequence[Came]) -> bool:
    """Some could be read and some could not; the score says that none is lost."""
    return {one.ticket_id is None for one in all_} == {True, False}


MEDIUM, HIGH = (Confidence.MEDIUM,), (Confidence.HIGH,)
CONTRACT: dict[str, dict[str, Seen]] = {
    "the client drops or overwrites References": {
        "references dropped": some(Reason.THREADING),
        "references rewritten": some(Reason.THREADING),
        "signed address": some(Reason.REPLY_TO_TOKEN, sure=HIGH),
        "signed headers": some(Reason.X_OSS_TICKET_ID, sure=HIGH),
    },
    "staff answer outside the desk": {"staff outside the desk": ours_joined, "staff begins": ours_joined},
    "the common ancestor was never seen": {"common ancestor": some(Reason.COMMON_ANCESTOR, sure=MEDIUM)},
    "answers to a newsletter share one parent": {"newsletter": apart},
    "a new subject and a new topic": {"new topic": split_proposed, "our subject": never_ours},
    "a stranger quotes a number or a marker": {
        "stranger quotes": linked(LinkKind.MENTIONS),
        "stolen marks": linked(LinkKind.MENTIONS),
        "stolen id": apart,
        "forged marks": apart,
        "number quoted": apart,
        "another address": linked(LinkKind.MENTIONS),
    },
    "a forward": {"forward": linked(LinkKind.FORWARDS)},
    "the same subject, the second mail": {"same subject": apart, "second mail": apart, "form crowd": apart},
    "one mail to several inboxes": {"several inboxes": one_message},
    "mail out of order": {"out of order": some(Reason.LATE_PARENT), "newest first": some(Reason.LATE_PARENT)},
    "no, duplicate or rewritten Message-ID": {
        "no id": one_message,
        "rewritten ids": one_message,
        "counted ids": apart,
        "alike without ids": apart,
    },
    "broken mail": {"broken headers": some(Reason.THREADING), "fearful": shown_or_put_aside},
}
"""Beyond the systems of today, section 2: each of its cases, the rows of the corpus that stand for it, what is seen."""
