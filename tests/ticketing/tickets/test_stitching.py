"""Which conversation a message belongs to: the rules, without a database."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from waypost.platform.ids import new_id
from waypost.ticketing.messages.marks import mark
from waypost.ticketing.messages.models import Direction
from waypost.ticketing.tickets.models import Confidence, LinkKind, Reason
from waypost.ticketing.tickets.stitching import decide
from waypost.ticketing.tickets.threads import Newcomer, Threads

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ANNA, BEN, STRANGER = "anna@client.example", "ben@client.example", "eve@elsewhere.example"


def newcomer(
    name: str,
    sender: str,
    *,
    to: tuple[str, ...] = (),
    refs: tuple[str, ...] = (),
    subject: str = "boiler",
    ours: bool = False,
    traits: tuple[str, ...] = (),
    codes: tuple[str, ...] = (),
) -> Newcomer:
    people = {*to} if ours else {sender, *to}
    return Newcomer(
        new_id(),
        Direction.OUTBOUND if ours else Direction.INBOUND,
        sender,
        frozenset(people),
        subject,
        tuple(mark(ref) for ref in refs),
        frozenset({mark(name)}),
        frozenset(traits),
        codes,
        NOW,
    )


def opened(threads: Threads, new: Newcomer) -> UUID:
    decision = decide(new, threads)
    ticket_id = decision.ticket_id or new_id()
    threads.place(new, ticket_id)
    return ticket_id


def test_an_answer_joins_the_conversation_it_names() -> None:
    threads = Threads()
    ticket = opened(threads, newcomer("<1>", ANNA))
    decision = decide(newcomer("<2>", ANNA, refs=("<1>",)), threads)
    assert (decision.ticket_id, decision.reason, decision.confidence) == (ticket, Reason.THREADING, Confidence.MEDIUM)


def test_a_stranger_who_names_a_message_gets_a_ticket_of_his_own_that_mentions_it() -> None:
    threads = Threads()
    ticket = opened(threads, newcomer("<1>", ANNA))
    decision = decide(newcomer("<x>", STRANGER, refs=("<1>",)), threads)
    assert decision.ticket_id is None
    assert [(link.ticket_id, link.kind) for link in decision.links] == [(ticket, LinkKind.MENTIONS)]


def test_somebody_who_was_copied_in_takes_part() -> None:
    threads = Threads()
    ticket = opened(threads, newcomer("<1>", ANNA, to=(BEN,)))
    assert decide(newcomer("<2>", BEN, refs=("<1>",)), threads).ticket_id == ticket


def test_our_own_word_joins_when_it_is_addressed_to_somebody_in_the_conversation() -> None:
    threads = Threads()
    ticket = opened(threads, newcomer("<1>", ANNA))
    said = newcomer("<2>", "support@acme.example", to=(ANNA,), refs=("<1>",), ours=True)
    assert decide(said, threads).ticket_id == ticket
    elsewhere = newcomer("<3>", "support@acme.example", to=(STRANGER,), refs=("<1>",), ours=True)
    assert decide(elsewhere, threads).ticket_id is None


def test_a_parent_that_comes_late_joins_its_answer() -> None:
    threads = Threads()
    ticket = opened(threads, newcomer("<2>", ANNA, to=(BEN,), refs=("<1>",)))
    decision = decide(newcomer("<1>", BEN, to=(ANNA,)), threads)
    assert (decision.ticket_id, decision.reason) == (ticket, Reason.LATE_PARENT)


def test_a_link_in_the_middle_joins_both_ends() -> None:
    threads = Threads()
    first = opened(threads, newcomer("<1>", ANNA))
    third = opened(threads, newcomer("<3>", ANNA, refs=("<2>",)))
    assert first != third
    decision = decide(newcomer("<2>", ANNA, refs=("<1>",)), threads)
    assert (decision.ticket_id, decision.heals) == (first, (third,))


def test_children_of_an_ancestor_we_never_saw_find_each_other() -> None:
    threads = Threads()
    ticket = opened(threads, newcomer("<2>", ANNA, refs=("<lost>",)))
    decision = decide(newcomer("<3>", ANNA, refs=("<lost>",)), threads)
    assert (decision.ticket_id, decision.reason) == (ticket, Reason.COMMON_ANCESTOR)
    assert decision.confidence is Confidence.MEDIUM


def test_answers_of_strangers_to_one_newsletter_stay_apart() -> None:
    threads = Threads()
    opened(threads, newcomer("<2>", ANNA, refs=("<news>",)))
    assert decide(newcomer("<3>", STRANGER, refs=("<news>",)), threads).ticket_id is None


def test_a_forward_is_a_matter_of_its_own_and_linked() -> None:
    threads = Threads()
    ticket = opened(threads, newcomer("<1>", ANNA))
    decision = decide(newcomer("<2>", ANNA, refs=("<1>",), traits=("forward",)), threads)
    assert decision.ticket_id is None
    assert [(link.ticket_id, link.kind) for link in decision.links] == [(ticket, LinkKind.FORWARDS)]


def test_a_new_topic_in_an_old_thread_is_joined_with_low_confidence_and_said_aloud() -> None:
    threads = Threads()
    ticket = opened(threads, newcomer("<1>", ANNA))
    decision = decide(newcomer("<2>", ANNA, refs=("<1>",), subject="parking"), threads)
    assert (decision.ticket_id, decision.confidence, decision.new_subject) == (ticket, Confidence.LOW, True)


def test_our_own_subject_never_counts_as_a_new_topic() -> None:
    threads = Threads()
    opened(threads, newcomer("<1>", ANNA))
    said = newcomer("<2>", "support@acme.example", to=(ANNA,), refs=("<1>",), ours=True, subject="your case")
    assert decide(said, threads).new_subject is False


def test_a_number_in_the_text_only_mentions() -> None:
    threads = Threads()
    ticket = opened(threads, newcomer("<1>", ANNA))
    threads.ticket_of_code["tkt-aaaaaaaaaaaaaaaa"] = ticket
    decision = decide(newcomer("<2>", STRANGER, codes=("tkt-aaaaaaaaaaaaaaaa",)), threads)
    assert decision.ticket_id is None
    assert [link.kind for link in decision.links] == [LinkKind.MENTIONS]


def test_same_subject_from_strangers_never_joins() -> None:
    threads = Threads()
    opened(threads, newcomer("<1>", ANNA))
    assert decide(newcomer("<2>", STRANGER), threads).ticket_id is None


def test_our_signed_marks_come_before_references_and_are_sure() -> None:
    threads = Threads()
    ticket, other = (opened(threads, newcomer(name, ANNA)) for name in ("<1>", "<2>"))
    threads.ticket_of_code["tkt-aaaaaaaaaaaaaaaa"] = ticket
    base = newcomer("<3>", ANNA, refs=("<2>",), subject="something new")
    for marked, reason in (
        (replace(base, addressed=("tkt-aaaaaaaaaaaaaaaa",)), Reason.REPLY_TO_TOKEN),
        (replace(base, tickets=(ticket,)), Reason.X_OSS_TICKET_ID),
    ):
        decision = decide(marked, threads)
        assert (decision.ticket_id, decision.reason, decision.confidence) == (ticket, reason, Confidence.HIGH)
        assert decision.heals == (other,) and decision.new_subject


def test_a_mark_leads_to_where_its_ticket_went() -> None:
    threads = Threads()
    part, whole = (opened(threads, newcomer(name, ANNA)) for name in ("<1>", "<2>"))
    threads.merge(part, whole)
    assert decide(replace(newcomer("<3>", ANNA), tickets=(part,)), threads).ticket_id == whole
    assert decide(replace(newcomer("<4>", ANNA), tickets=(new_id(),)), threads).ticket_id is None


def test_marks_that_are_not_ours_are_said() -> None:
    decision = decide(newcomer("<1>", ANNA, traits=("forged",)), Threads())
    assert decision.ticket_id is None and decision.evidence.endswith("marks that are not ours were ignored")


def test_an_id_that_two_messages_claim_joins_no_conversations() -> None:
    threads = Threads()
    ticket = opened(threads, newcomer("<1>", ANNA))
    stolen = opened(threads, newcomer("<1>", STRANGER, to=(ANNA,)))
    assert stolen != ticket
    decision = decide(newcomer("<2>", ANNA, refs=("<1>",)), threads)
    assert (decision.ticket_id, decision.heals) == (ticket, ())


def test_whoever_names_two_conversations_of_theirs_says_that_they_are_one() -> None:
    threads = Threads()
    first, second = (opened(threads, newcomer(name, ANNA)) for name in ("<1>", "<2>"))
    assert decide(newcomer("<3>", ANNA, refs=("<2>", "<1>")), threads).heals == (first,)
    ours = newcomer("<4>", "support@acme.example", to=(ANNA,), refs=("<2>", "<1>"), ours=True)
    assert (decide(ours, threads).ticket_id, decide(ours, threads).heals) == (second, ())


def test_a_bounce_belongs_to_whom_it_did_not_reach() -> None:
    threads = Threads()
    ticket = opened(threads, newcomer("<1>", ANNA))
    bounce = newcomer("<2>", "mailer-daemon@mx.example", refs=("<1>",), traits=("bounce", "auto"))
    assert decide(bounce, threads).ticket_id is None
    assert decide(replace(bounce, people=frozenset({ANNA})), threads).ticket_id == ticket
