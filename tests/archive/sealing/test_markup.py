"""HTML of strangers: the documented rules, and the two faults that swallowed or spilled text."""

import time

import pytest

from waypost.archive.sealing.markup import DEEPEST, Element, clean, parsed, visible


@pytest.mark.parametrize("tag", ["meta", "link", "base", "input", "embed", "source", "wbr", "param"])
def test_nothing_after_a_void_tag_disappears(tag: str) -> None:
    assert "behind" in clean(f"<p>before<{tag} a=1>behind</p><p>and more</p>")
    assert visible(f"<p>before<{tag} a=1>behind</p>") == "beforebehind"


def test_misnested_tags_end_where_a_reader_sees_them_end() -> None:
    assert clean("<b>a<i>b</b>c</i>d") == "<b>a<i>b</i></b><i>c</i>d"
    assert clean("<p>x</b></div>y") == "<p>xy</p>"


@pytest.mark.parametrize("tag", ["script", "style", "iframe", "object", "textarea", "select", "svg"])
def test_what_is_no_text_goes_with_its_content(tag: str) -> None:
    assert clean(f"a<{tag}>hidden</{tag}>b") == "ab"
    assert visible(f"a<{tag}>hidden</{tag}>b") == "ab"


def test_other_tags_go_and_their_text_stays() -> None:
    assert clean("<marquee>a</marquee><form>b<button>no</button></form><foo>c</foo>") == "abc"


@pytest.mark.parametrize(
    ("href", "stays"),
    [
        ("https://x.y/a?b=1#c", True),
        ("HTTP://X.Y", True),
        ("mailto:a@b.c", True),
        ("#part", True),
        ("folder/page.html", True),
        ("/path", True),
        ("//evil.example", False),
        ("javascript:alert(1)", False),
        (" java\tscript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("cid:x", False),
    ],
)
def test_addresses_of_links(href: str, stays: bool) -> None:
    assert ("href" in clean(f'<a href="{href}">x</a>')) is stays


def test_handlers_and_styles_are_dropped_and_spans_stay() -> None:
    assert clean('<td onclick="x">') == ""
    cleaned = clean('<table><tr><td style="a" onclick="x" colspan="2" rowspan="3">a</td></tr></table>')
    assert '<td colspan="2" rowspan="3">' in cleaned
    assert "style" not in cleaned
    assert "onclick" not in cleaned


@pytest.mark.parametrize(
    "source", ["cid:a@b", "https://x.y/a.png", "/api/v1/ticket_attachment/1/2/3", "data:image/png;base64,AA"]
)
def test_pictures_stay_wherever_they_are(source: str) -> None:
    assert f'src="{source}"' in clean(f'<img src="{source}" alt="Logo" onerror="x">')


def test_depth_is_bounded_and_no_text_is_lost() -> None:
    html = "<div>" * 5_000 + "deep" + "</div>" * 5_000 + "after"
    assert _depth(parsed(html)) <= DEEPEST + 1
    assert "".join(visible(html).split()) == "deepafter"
    old = "<p>a" * 3_000
    assert clean(old).count("<p>") == 3_000


@pytest.mark.parametrize(
    "piece", ["<b>", "<table><tr><td>", "<div><b>x", "</p>", "<a ", "<p title='", "<!--", "<![CDATA["]
)
def test_broken_html_costs_no_time(piece: str) -> None:
    began = time.process_time()
    clean(piece * 20_000)
    assert time.process_time() - began < 2


def test_cleaning_twice_changes_nothing() -> None:
    html = '<p>a<b>b<i>c</b>d</i><table><tr><td>x<li>y</table><img src="cid:a" alt="&lt;">'
    assert clean(clean(html)) == clean(html)


def _depth(element: Element) -> int:
    return 1 + max((_depth(child) for child in element.children if isinstance(child, Element)), default=0)
