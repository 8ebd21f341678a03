"""Which conversation a message belongs to: a pure decision over what is known, with its reason and confidence.

Headers name parents, but anybody can write a header: a message only joins a conversation its sender takes part in.
Everything else becomes a conversation of its own, linked to what it mentions.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from waypost.ticketing.tickets.models import Confidence, LinkKind, Reason
from waypost.ticketing.tickets.senders import by_sender
from waypost.ticketing.tickets.threads import Decision, Home, Link, Newcomer, Threads


def decide(new: Newcomer, threads: Threads) -> Decision:
    """The rules in order: forward, our own marks, named parent, late parent, common ancestor, else one of its own."""
    named = list(_named(new, threads))
    if "forward" in new.traits:
        return _alone(new, threads, [Link(home.ticket_id, LinkKind.FORWARDS) for home in named])
    others = _of_other_inboxes(new, threads)
    homes = [home for home in named if home.ticket_id not in others and _takes_part(new, home.ticket_id, threads)]
    homes.sort(key=lambda home: _is_elsewhere(new, home, threads))
    children = [ticket_id for ticket_id in _children(new, threads) if ticket_id not in others]
    if homes:
        # Somebody who takes part in several conversations and names them all says that they are one.
        further = [] if new.is_ours else [home.ticket_id for home in homes[1:] if home.is_sure]
        return _join(new, threads, homes[0], [*further, *children])
    if children:
        late = Home(children[0], Reason.LATE_PARENT, Confidence.MEDIUM, "an answer to it came first")
        return _join(new, threads, late, children)
    for ticket_id in _siblings(new, threads):
        if ticket_id not in others and _takes_part(new, ticket_id, threads):
            evidence = "both answer a message we never saw"
            return _join(new, threads, Home(ticket_id, Reason.COMMON_ANCESTOR, Confidence.MEDIUM, evidence), [])
    if home := by_sender(new, threads):
        return _join(new, threads, home, [])
    return _alone(new, threads, [Link(home.ticket_id, LinkKind.MENTIONS) for home in named])


def reunited(copy: Newcomer, ticket_id: UUID, threads: Threads) -> list[UUID]:
    """Conversations that answer a placed message under an id that only this further copy of it has brought."""
    others = _of_other_inboxes(copy, threads)
    return [one for one in _children(copy, threads) if one != ticket_id and one not in others]


def _named(new: Newcomer, threads: Threads) -> Iterator[Home]:
    """Conversations that it names, each once: by our signed marks, then by its references, the likeliest first."""
    seen: set[UUID] = set()
    for home in (*marked(new, threads), *_parents(new, threads)):
        if home.ticket_id not in seen:
            seen.add(home.ticket_id)
            yield home


def marked(new: Newcomer, threads: Threads) -> Iterator[Home]:
    """Conversations that its signed marks name."""
    for ticket_id in new.tickets:
        if ticket_id in threads.subject_of:
            told = "our signed header names the ticket"
            yield Home(threads.alive(ticket_id), Reason.X_OSS_TICKET_ID, Confidence.HIGH, told)
    for code in new.addressed:
        if code in threads.ticket_of_code:
            told = "it went to the ticket's signed reply address"
            yield Home(threads.alive(threads.ticket_of_code[code]), Reason.REPLY_TO_TOKEN, Confidence.HIGH, told)


def _parents(new: Newcomer, threads: Threads) -> Iterator[Home]:
    for mark in new.refs:
        known = list(threads.tickets(threads.messages_of_mark.get(mark, ())))
        for ticket_id in known:
            told = "a named message is here"
            yield Home(ticket_id, Reason.THREADING, Confidence.MEDIUM, told, is_sure=len(known) == 1)


def _children(new: Newcomer, threads: Threads) -> Iterator[UUID]:
    """Conversations that answer this message, which comes after its answers.

    Whom a message was addressed to may have answered it, but only while no other message claims the same id: an id
    that is known already can be stolen.
    """
    named_by = {message for mark in new.marks for message in threads.namers_of_mark.get(mark, ())}
    known = {one for mark in new.marks for one in threads.messages_of_mark.get(mark, ())} - {new.message_id}
    for ticket_id in threads.tickets(named_by):
        authors = {threads.author_of.get(one) for one in named_by if threads.ticket_of.get(one) == ticket_id}
        if _takes_part(new, ticket_id, threads) or (not known and _answered_by(new, authors, ticket_id, threads)):
            yield ticket_id


def _answered_by(new: Newcomer, authors: set[str | None], ticket_id: UUID, threads: Threads) -> bool:
    """By somebody it was addressed to, or by us to somebody it was addressed to."""
    ours = bool(authors & threads.own) and bool(new.people & threads.people_of.get(ticket_id, set()))
    return ours or bool(authors & new.people)


def _siblings(new: Newcomer, threads: Threads) -> Iterator[UUID]:
    for mark in new.refs:
        yield from threads.tickets(threads.namers_of_mark.get(mark, ()))


def _of_other_inboxes(new: Newcomer, threads: Threads) -> set[UUID]:
    """Tickets that another inbox has of this same mail; none unless inboxes have their own."""
    if new.inbox is None:
        return set()
    twins = {one for mark in new.marks for one in threads.messages_of_mark.get(mark, ())} - {new.message_id}
    return {ticket_id for ticket_id in threads.tickets(twins) if new.inbox not in threads.inboxes_of[ticket_id]}


def _is_elsewhere(new: Newcomer, home: Home, threads: Threads) -> bool:
    return new.inbox is not None and new.inbox not in threads.inboxes_of[home.ticket_id]


def _takes_part(new: Newcomer, ticket_id: UUID, threads: Threads) -> bool:
    """A sender known to the conversation; our own word, or a bounce, when it is about somebody in it."""
    people = threads.people_of.get(ticket_id, set())
    if new.is_ours:
        return not new.people or bool(people & new.people)
    if "bounce" in new.traits:
        return bool(people & new.people) if new.people else _returns_ours(new, ticket_id, threads)
    return new.sender in people


def _returns_ours(new: Newcomer, ticket_id: UUID, threads: Threads) -> bool:
    """A report that does not say whom it did not reach is believed for the id of our mail, which its readers know."""
    named = {one for mark in new.refs for one in threads.messages_of_mark.get(mark, ())}
    return any(threads.ticket_of.get(one) == ticket_id and threads.author_of.get(one) in threads.own for one in named)


def _join(new: Newcomer, threads: Threads, home: Home, others: Iterable[UUID]) -> Decision:
    topic = threads.subject_of.get(home.ticket_id, "")
    changed = bool(new.subject_norm and topic and new.subject_norm != topic)
    unsure = changed and not new.is_ours and home.confidence is not Confidence.HIGH
    return Decision(
        home.ticket_id,
        home.reason,
        Confidence.LOW if unsure else home.confidence,
        _told(new, home.evidence + (", but the subject is new" if changed else "")),
        links=_code_links(new, threads, home.ticket_id),
        heals=tuple(dict.fromkeys(one for one in others if one != home.ticket_id)),
        new_subject=changed and not new.is_ours,
    )


def _told(new: Newcomer, evidence: str) -> str:
    return evidence + ("; marks that are not ours were ignored" if "forged" in new.traits else "")


def _alone(new: Newcomer, threads: Threads, links: list[Link]) -> Decision:
    evidence = "nothing we know is named"
    if links:
        evidence = "a forward" if links[0].kind is LinkKind.FORWARDS else "the sender takes no part in what is named"
    every = {(link.ticket_id, link.kind): link for link in (*links, *_code_links(new, threads, None))}
    return Decision(None, Reason.NEW_TICKET, Confidence.LOW, _told(new, evidence), links=tuple(every.values()))


def _code_links(new: Newcomer, threads: Threads, own: UUID | None) -> tuple[Link, ...]:
    """A ticket's number in the text proves nothing: it is a mention."""
    named = {threads.alive(threads.ticket_of_code[code]) for code in new.codes if code in threads.ticket_of_code}
    return tuple(Link(t, LinkKind.MENTIONS) for t in sorted(named - {own}))
