"""From HTML to blocks: what is printed, and that nothing visible is lost on the way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from waypost.archive.sealing.converting import DEEPEST, of_html, of_text
from waypost.archive.sealing.markup import Element, parsed
from waypost.archive.sealing.runs import breakable, linkable, right_to_left, said
from waypost.archive.sealing.tables import grid

TAG_NAMES = "p div b i u a ul ol li table tr td th blockquote pre h1 h3 h6 br hr span code sup font section dl dd"
TAGS = TAG_NAMES.split()


def blocks(html: str) -> list[Any]:
    """The blocks of a body whose pictures are nowhere."""
    found, whole = of_html(html, lambda source, alt, width: f"[{alt}]")
    assert whole
    return found


def test_paragraphs_and_marks() -> None:
    assert blocks("<p>one</p>two<div>three <b>bold<i>both</i></b></div>") == [
        "one",
        "two",
        {"k": "p", "r": ["three ", {"t": "bold", "f": "b"}, {"t": "both", "f": "bi"}]},
    ]


def test_blanks_count_as_one_and_breaks_stay() -> None:
    assert blocks("<p>  a \n\t b <br> c&nbsp;&nbsp;d  </p>") == [{"k": "p", "r": ["a b ", {}, "c\u00a0\u00a0d"]}]


def test_links_are_linked_and_their_target_is_printed() -> None:
    assert blocks('<a href="https://x.y/a">here</a>') == [
        {"k": "p", "r": [{"a": "https://x.y/a", "r": ["here"]}, {"m": " <https://x.y/a>"}]}
    ]
    assert blocks('<a href="https://x.y/">x.y</a>') == [{"k": "p", "r": [{"a": "https://x.y/", "r": ["x.y"]}]}]
    assert blocks('<a href="mailto:a@b.c">a@b.c</a>') == [{"k": "p", "r": [{"a": "mailto:a@b.c", "r": ["a@b.c"]}]}]
    assert blocks('<a href="page.html">page</a>') == [{"k": "p", "r": ["page", {"m": " <page.html>"}]}]
    assert blocks('<a href="#top">top</a>') == ["top"]


@pytest.mark.parametrize("address", ["https://", "mailto:", "ftp://x", "https://x.y/" + "a" * 3_000, "https://[::1"])
def test_addresses_that_lead_nowhere_are_text(address: str) -> None:
    assert linkable(address) == ""


def test_addresses_are_written_as_a_pdf_may_carry_them() -> None:
    assert linkable(" https://ü.de/ö b?c=%20&d=1#e ") == "https://%C3%BC.de/%C3%B6%20b?c=%20&d=1#e"


def test_lists_quotes_and_code() -> None:
    assert blocks("<ul><li>a<ul><li>b</ul><li>c</ul>") == [{"k": "ul", "i": [["a", {"k": "ul", "i": [["b"]]}], ["c"]]}]
    assert blocks('<ol start="4"><li>x</ol>') == [{"k": "ol", "s": 4, "i": [["x"]]}]
    assert blocks("<blockquote>a<blockquote>b</blockquote></blockquote>") == [
        {"k": "q", "b": ["a", {"k": "q", "b": ["b"]}]}
    ]
    assert blocks("<pre>  a\n\n   b</pre>") == [{"k": "c", "t": "  a\n\n   b"}]


def test_headings_skip_no_level_and_head_nothing_inside_a_quote() -> None:
    levels = [block["l"] for block in blocks("<h4>a</h4><h1>b</h1><h6>c</h6><h6>d</h6><h2></h2>")]
    assert levels == [3, 3, 4, 5]
    assert blocks("<blockquote><h1>x</h1></blockquote>") == [{"k": "q", "b": [{"k": "p", "r": [{"t": "x", "f": "b"}]}]}]


def test_nesting_ends_somewhere_and_text_goes_on() -> None:
    found = blocks("<blockquote>q" * 40)
    assert "".join(said(found)) == "q" * 40
    assert str(found).count("'k': 'q'") == DEEPEST


def test_a_table_that_says_something_is_a_table() -> None:
    (table,) = blocks("<table><tr><th>A<th>B<tr><td>1<td>2</table>")
    assert (table["k"], table["n"], table["h"]) == ("t", 2, 1)
    assert table["c"][0] == [0, 0, 1, 1, True, ["A"]]


def test_a_table_that_only_places_things_is_its_content() -> None:
    assert blocks("<table><tr><td>a<td>b</table>") == ["a", "b"]
    assert blocks("<table><tr><td><table><tr><td>x</table><td>y<tr><td>z<td>w</table>") == ["x", "y", "z", "w"]


def test_a_table_too_wide_for_a_page_is_a_line_for_each_row() -> None:
    wide = "<table>" + "<tr>" + "<td>x" * 30 + "<tr>" + "<td>y" * 30 + "</table>"
    assert ["".join(said(block)) for block in blocks(wide)] == ["x" * 30, "y" * 30]


def test_direction_is_that_of_the_first_letter_unless_it_is_said() -> None:
    assert right_to_left(["123 (", "שלום", " abc"])
    assert not right_to_left(["123", "abc שלום"])
    assert "x" in blocks("<p>مرحبا</p>")[0]
    assert "x" in blocks('<div dir="rtl"><p>abc</p></div>')[0]
    assert blocks('<p dir="ltr">שלום</p>') == ["שלום"]


def test_plain_text_keeps_its_lines_and_what_blanks_draw() -> None:
    assert of_text("a\n  b\tc\r\n\r\n\nd") == [
        {"k": "p", "r": ["a", {}, "\u00a0\u00a0b\u00a0\u00a0\u00a0\u00a0c"]},
        "d",
    ]
    assert of_text("if x <b>not bold</b> #let $y$") == ["if x <b>not bold</b> #let $y$"]
    assert of_text(" \n ") == []


@given(some.text(max_size=300), some.integers(4, 60))
def test_a_word_that_may_break_is_the_same_word(text: str, fit: int) -> None:
    bare = text.replace("\u200b", "")
    broken = breakable(bare, fit)
    assert broken.replace("\u200b", "") == bare
    assert max(map(len, broken.replace("\u200b", " ").split(" "))) <= max(fit, len(bare) * (not bare.isascii()))


@given(
    some.lists(
        some.sampled_from([f"<{t}>" for t in TAGS] + [f"</{t}>" for t in TAGS]) | some.text(max_size=8), max_size=40
    )
)
def test_nothing_visible_is_lost_whatever_the_markup(pieces: list[str]) -> None:
    _, whole = of_html("".join(pieces), lambda source, alt, width: None)
    assert whole


@given(some.lists(some.lists(some.tuples(some.integers(0, 9), some.integers(0, 9)), max_size=5), max_size=6))
def test_no_two_cells_share_a_slot(rows: list[list[tuple[int, int]]]) -> None:
    html = "".join("<tr>" + "".join(f"<td colspan={c} rowspan={r}>x" for c, r in row) for row in rows)
    table = parsed(f"<table>{html}</table>").children
    found = grid(table[0]) if table and isinstance(table[0], Element) else None
    slots = [(c.x + i, c.y + j) for c in found.cells for i in range(c.columns) for j in range(c.rows)] if found else []
    assert len(slots) == len(set(slots))
    assert all(x < found.columns and y < found.rows for x, y in slots if found)
