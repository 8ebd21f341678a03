"""A copy as stitching sees it: who speaks to whom, what it names, what its ticket will keep of it."""

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

from waypost.ticketing.messages.models import CODE, FAILED, TICKET, AddressKind, Direction
from waypost.ticketing.messages.queries import Policy
from waypost.ticketing.tickets.around import Copy
from waypost.ticketing.tickets.drafts import Said, believed
from waypost.ticketing.tickets.threads import Newcomer

TICKET_CODE = re.compile(r"\btkt-[a-z2-7]{16}\b", re.IGNORECASE)
TICKET_ADDRESS = re.compile(r"ticket\+tkt-[a-z2-7]{16}(?:\.[a-z2-7]{16})?@")
CODES_READ = 4_000
"""Characters of a body in which numbers of tickets are looked for."""


def newcomer(
    copy: Copy,
    refs: Mapping[UUID, list[UUID]],
    marks: Mapping[UUID, set[UUID]],
    addresses: Mapping[str, AddressKind],
    policy: Policy,
) -> Newcomer:
    """What the decision needs of a message."""
    text = f"{copy.subject or ''}\n{(copy.body_text or '')[:CODES_READ]}"
    return Newcomer(
        copy.message_id,
        Direction(copy.direction),
        copy.from_email,
        frozenset(people(copy) - addresses.keys()),
        copy.subject_norm,
        tuple(refs.get(copy.message_id, ())),
        frozenset(marks.get(copy.message_id, ())),
        frozenset(copy.traits),
        tuple(sorted({code.lower() for code in TICKET_CODE.findall(text)})),
        copy.received_at,
        tuple(UUID(one) for one in carried(copy.traits, TICKET)),
        tuple(carried(copy.traits, CODE)),
        requester(copy, addresses)[0],
        copy.inbox if policy.inboxes_apart and addresses.get(copy.inbox or "") is AddressKind.INBOX else None,
    )


def people(copy: Copy) -> set[str]:
    """Everybody named as sender or recipient, but for reply addresses of tickets; a bounce is about whom it names."""
    if "bounce" in copy.traits:
        return set(carried(copy.traits, FAILED))
    named = (copy.from_email or "", *copy.to_emails, *copy.cc_emails, *copy.reply_to_emails)
    return {address for address in named if address and not TICKET_ADDRESS.match(address)}


def carried(traits: Iterable[str], kind: str) -> list[str]:
    """The values of traits that carry one."""
    return [trait.removeprefix(kind) for trait in traits if trait.startswith(kind)]


def said(copy: Copy, addresses: Mapping[str, AddressKind]) -> Said:
    """What a ticket keeps of a message."""
    received_at = copy.received_at
    return Said(
        believed(copy.date_header, received_at),
        received_at,
        copy.subject,
        copy.subject_norm,
        copy.snippet,
        requester(copy, addresses),
        copy.direction == Direction.INBOUND,
        bool({"auto", "bounce"} & set(copy.traits)),
    )


def requester(copy: Copy, addresses: Mapping[str, AddressKind]) -> tuple[str | None, str | None]:
    """Who wants something: the sender, or whom the sender wants answered, or whom we wrote to first."""
    if copy.direction == Direction.OUTBOUND:
        return next((to for to in copy.to_emails if to not in addresses), None), None
    answer_to = next((address for address in copy.reply_to_emails if address not in addresses), None)
    if answer_to and answer_to != copy.from_email and "list" not in copy.traits:
        return answer_to, copy.from_name
    return copy.from_email, copy.from_name
