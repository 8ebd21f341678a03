"""Groups never hold two that were told apart, lose nobody, and are the same however often they are made."""

from itertools import combinations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from waypost.ticketing.collisions.comparing import difference
from waypost.ticketing.collisions.grouping import Pair, companions, grouped

IDS = [UUID(int=number) for number in range(1, 8)]
PAIRS = st.sets(st.sampled_from([Pair(pair) for pair in combinations(IDS, 2)]))


@given(st.lists(st.sampled_from(IDS), unique=True), PAIRS)
def test_nobody_is_lost_and_nobody_meets_whom_it_was_told_apart_from(members: list[UUID], distinct: set[Pair]) -> None:
    groups = grouped(members, distinct)
    assert sorted(one for group in groups for one in group) == sorted(members)
    assert not [pair for group in groups for pair in combinations(group, 2) if Pair(pair) in distinct]
    assert companions([(one, one) for one in members], distinct) == (groups[0] if groups else [])


@given(st.lists(st.sampled_from(IDS), unique=True))
def test_without_a_word_of_a_person_all_are_one_group(members: list[UUID]) -> None:
    assert grouped(members, set()) == ([members] if members else [])


@given(st.text(alphabet="ab\n", max_size=40), st.text(alphabet="ab\n", max_size=40))
def test_both_texts_can_be_read_from_their_difference(first: str, other: str) -> None:
    lines = difference(first, other)
    gone = [line.text for line in lines if line.kind == "gone"]
    new = [line.text for line in lines if line.kind == "new"]
    equal = sum(int(line.text) if line.kind == "skip" else 1 for line in lines if line.kind in ("same", "skip"))
    assert len(first.splitlines()) == len(gone) + equal and len(other.splitlines()) == len(new) + equal
    assert set(gone) <= set(first.splitlines()) and set(new) <= set(other.splitlines())
    assert (gone == new == []) == (first.splitlines() == other.splitlines())
