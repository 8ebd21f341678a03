"""Patterns mean what they say, and cost no more than their length, whatever somebody writes."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.ticketing.routing.globs import Globs, fits

PIECES = st.sampled_from(["*", "?", "a", "b", "[ab]", "[!a]", "[a-c]", "."])
TEXTS = st.text(alphabet="abcd.", max_size=8)


@pytest.mark.parametrize(
    ("pattern", "address", "expected"),
    [
        ("*@acme.example", "Sales.Team@ACME.example", True),
        ("sales@*", "sales@anywhere.at.all", True),
        ("SALES?@acme.example", "sales7@acme.example", True),
        ("sales?@acme.example", "sales@acme.example", False),
        ("[ab]@acme.example", "b@acme.example", True),
        ("[!ab]@acme.example", "b@acme.example", False),
        ("sales@acme.example", "sales@acmexexample", False),
        ("*", "a\nb", True),
        ("[", "[", True),
        ("", "", True),
        ("*", None, False),
    ],
)
def test_what_fits(pattern: str, address: str | None, expected: bool) -> None:
    assert fits(pattern, address) is expected


def slowly(pieces: list[str], text: str) -> bool:
    """The meaning, by trying everything."""
    if not pieces:
        return not text
    head, rest = pieces[0], pieces[1:]
    if head == "*":
        return any(slowly(rest, text[at:]) for at in range(len(text) + 1))
    return bool(text) and _one(head, text[0]) and slowly(rest, text[1:])


def _one(piece: str, letter: str) -> bool:
    classes = {"[ab]": "ab", "[a-c]": "abc", "?": "abcd.", "[!a]": "bcd."}
    return letter in classes.get(piece, piece)


@given(st.lists(PIECES, max_size=6), TEXTS)
def test_the_same_as_trying_everything(pieces: list[str], text: str) -> None:
    assert fits("".join(pieces), text) is slowly(pieces, text)


@pytest.mark.parametrize("pattern", ["*a" * 159 + "*b", "*?" * 160, "*[a-z]" * 53 + "@", "a*" * 160])
def test_no_pattern_takes_long(pattern: str) -> None:
    began = process_time()
    for _ in range(20):
        fits(pattern[:320], "a" * 320)
    assert process_time() - began < 0.5


@given(st.lists(st.lists(PIECES, min_size=1, max_size=3).map("".join), max_size=6), TEXTS)
def test_many_at_once_hit_when_one_of_them_does(patterns: list[str], text: str) -> None:
    hit = Globs.of(patterns).hit(text)
    assert (hit is not None) == any(fits(pattern, text) for pattern in patterns)
    assert hit is None or (hit in patterns and fits(hit, text))
