"""Text for the search: scripts without spaces become pairs, everything else stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.ticketing.tickets.search import ends_in_a_beginning, fragment
from waypost.ticketing.tickets.words import LONGEST, pairs, searchable


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("boiler is cold", "boiler is cold"),
        ("東京都", "東京 京都"),
        ("火", "火"),
        ("Zimmer 東京 kalt", "Zimmer 東京 kalt"),
        ("暖房が故障Heizung", "暖房 房が が故 故障 Heizung"),
        ("ไทย", "ไท ทย"),
        ("한국어 메일", "한국어 메일"),
        ("", ""),
    ],
)
def test_runs_become_pairs(text: str, cut: str) -> None:
    assert searchable(text).split() == cut.split()


@given(st.text("東京都暖房が", min_size=2, max_size=30), st.data())
def test_every_word_inside_a_run_is_found_by_its_pairs(run: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(run) - 2))
    word = run[start : start + data.draw(st.integers(2, 5))]
    assert set(pairs(word)) <= set(searchable(run).split())


def test_what_is_too_long_is_cut() -> None:
    assert len(searchable("東" * 300_000)) == len(searchable("a " * 300_000)) == LONGEST


@pytest.mark.parametrize(
    ("question", "found"),
    [("", ""), ("ab", ""), (" AbC ", "abc"), ("100%", "100\\%"), ("a_b\\c", "a\\_b\\\\c")],
)
def test_fragments_are_literal(question: str, found: str) -> None:
    assert fragment(question) == found


@pytest.mark.parametrize(
    ("question", "plain"),
    [("boi", True), ("cold boi", True), ("bo", False), ("", False), ("cold -boiler", False), ('"cold"', False)],
)
def test_only_plain_words_are_beginnings(question: str, plain: bool) -> None:
    assert ends_in_a_beginning(question) is plain
