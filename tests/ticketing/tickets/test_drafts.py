"""Times, counts, waking and merging of a ticket: pure rules."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.ticketing.tickets.drafts import Draft, Said, believed, ended, ticket_code
from waypost.ticketing.tickets.models import Status, Touched

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ANNA = ("anna@client.example", "Anna")


def said(written: int, received: int = 60, name: str = "", **changes: Any) -> Said:
    """A customer's message, written and received so many minutes after nine."""
    name = name or f"s{written}"
    one = Said(NOW + timedelta(minutes=written), NOW + timedelta(minutes=received), name, name, name, ANNA, True, False)
    return replace(one, **changes)


def figures(draft: Draft) -> tuple[object, ...]:
    """What must not depend on the order of arrival."""
    return (
        draft.first_message_at,
        draft.last_message_at,
        draft.last_activity_at,
        draft.message_count,
        draft.subject,
        draft.snippet,
        draft.status,
    )


times = st.integers(0, 500)
messages = st.lists(st.tuples(times, times), min_size=1, max_size=8, unique_by=lambda each: each[0])


@given(messages, st.randoms(use_true_random=False))
def test_any_order_of_messages_gives_the_same_ticket(written: list[tuple[int, int]], chance: Random) -> None:
    told = [said(*each) for each in written]
    shuffled = chance.sample(told, len(told))
    assert figures(absorbed(told)) == figures(absorbed(shuffled))


@given(messages, st.integers(1, 7))
def test_two_tickets_made_one_are_as_if_they_had_always_been(written: list[tuple[int, int]], cut: int) -> None:
    told = [said(*each) for each in written]
    first, second = told[:cut], told[cut:]
    if not second:
        return
    kept, part = absorbed(first), absorbed(second)
    kept.swallow(part, NOW)
    assert figures(kept) == figures(absorbed(told))
    assert (part.message_count, part.status, part.merged_into) == (0, Status.CLOSED, kept.id)


def absorbed(told: list[Said]) -> Draft:
    draft = Draft.opened(told[0])
    for one in told[1:]:
        draft.absorb(one)
    return draft


@pytest.mark.parametrize(
    ("minutes", "trusted"),
    [(-60, True), (0, True), (4, True), (6, False), (60 * 24 * 365, False), (-60 * 24 * 365 * 41, False)],
)
def test_a_date_is_believed_unless_it_lies_ahead_or_absurdly_far_back(minutes: int, trusted: bool) -> None:
    written = NOW + timedelta(minutes=minutes)
    assert believed(written, NOW) == (written if trusted else NOW)
    assert believed(None, NOW) == NOW


@pytest.mark.parametrize("status", list(Status))
def test_who_wakes_what(status: Status) -> None:
    asleep = status in (Status.PENDING, Status.RESOLVED, Status.CLOSED)
    for one, wakes in (
        (said(1), asleep),
        (said(1, from_customer=False), False),
        (said(1, is_automatic=True), False),
    ):
        draft = standing(status)
        draft.absorb(one)
        assert draft.status == (Status.OPEN if wakes else status)
        assert draft.reopened_from == (status if wakes else None)
        assert (draft.closed_at is None) == (wakes or status not in (Status.CLOSED, Status.SPAM))


def standing(status: Status) -> Draft:
    draft = absorbed([said(0, 0)])
    draft.status, draft.closed_at = status, ended(status, NOW)
    return draft


def test_what_arrived_before_the_closing_wakes_nothing() -> None:
    draft = standing(Status.CLOSED)
    draft.absorb(said(-30, -10))
    assert draft.status == Status.CLOSED and draft.message_count == 2


def test_a_customers_word_wakes_the_ticket_it_is_joined_to() -> None:
    """An answer that stood alone until its parent came must not vanish in a closed ticket."""
    kept, part = standing(Status.CLOSED), absorbed([said(5)])
    kept.swallow(part, NOW)
    assert (kept.status, kept.closed_at, kept.reopened_from) == (Status.OPEN, None, Status.CLOSED)
    done = standing(Status.CLOSED)
    done.swallow(standing(Status.SPAM), NOW)
    assert done.status == Status.CLOSED


def test_what_a_person_worked_on_keeps_its_subject() -> None:
    draft = absorbed([said(10)])
    draft.touched = Touched.BY_A_PERSON
    draft.absorb(said(1))
    draft.swallow(absorbed([said(0)]), NOW)
    assert (draft.subject, draft.first_message_at) == ("s10", NOW)


def test_the_needle_is_lower_case_and_short() -> None:
    draft = absorbed([said(0, subject="ÄRGER " * 1000, requester=("Zoe@x.example", "ZOË"))])
    assert len(draft.needle()) == 1_000 and draft.needle().startswith(f"{draft.ticket_code} ärger")


def test_numbers_are_as_operators_know_them() -> None:
    codes = {ticket_code() for _ in range(50)}
    assert len(codes) == 50
    assert all(code[:4] == "tkt-" and len(code) == 20 and code[4:].isalnum() and code.islower() for code in codes)
