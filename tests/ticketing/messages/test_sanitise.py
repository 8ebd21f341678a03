import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waypost.ticketing.intake.reading.html_text import html_to_text
from waypost.ticketing.messages.plain import text_to_html
from waypost.ticketing.messages.sanitise import folded, inline_ids, sanitise, shown_html

_LINK = 'target="_blank"'
_REL = 'rel="noopener noreferrer nofollow"'
_SOUP = """<p> <b> <a href= src= <img " ' > </p> <!-- --> <style> </style> javascript:x https://x <table> <td> </table>
    <svg> <script> onerror= &lt; &#60; data-remote-src= title= = / ü"""
_DANGER = re.compile(
    r"<(?:script|style|iframe|object|embed|form|input|svg|math|link|meta|base)|\bon\w+=|javascript:", re.I
)


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("<script>alert(1)</script><style>p{}</style>ok", "ok"),
        ('<p onclick="x()" style="color:red" id="a" class="b">ok</p>', "<p>ok</p>"),
        ('<a href="HTTPS://x.example/?a=1&b">ok</a>', f'<a {_LINK} href="HTTPS://x.example/?a=1&amp;b" {_REL}>ok</a>'),
        ('<a href="mailto:a@x.example">ok</a>', f'<a {_LINK} href="mailto:a@x.example" {_REL}>ok</a>'),
        ('<a href=" java\nscript:alert(1)">ok</a>', f"<a {_LINK} {_REL}>ok</a>"),
        ('<a href="data:text/html,x">ok</a>', f"<a {_LINK} {_REL}>ok</a>"),
        ('<a href="//x.example/">ok</a>', f"<a {_LINK} {_REL}>ok</a>"),
        ('<a href="cid:a" target="_top" rel="opener">ok</a>', f"<a {_LINK} {_REL}>ok</a>"),
        ('<img src="cid:a@x">', '<img src="cid:a@x">'),
        ('<img src="https://x.example/a.png">', '<img data-remote-src="https://x.example/a.png">'),
        ('<img data-remote-src="javascript:x" srcset="https://x.example/a.png 2x">', "<img>"),
        ('<img src="data:image/png;base64,AA==">', '<img src="data:image/png;base64,AA==">'),
        ('<img src="data:image/svg+xml;base64,AA==">', "<img>"),
        ('<table background="https://x.example/b.png" width="100%"><tr><td bgcolor="#fff">ok</table>',
         '<table width="100%"><tbody><tr><td bgcolor="#fff">ok</td></tr></tbody></table>'),
        ("<svg><image href=https://x.example/></svg><form action=/x><input>ok</form>", "ok"),
        ("<!--[if mso]>x<![endif]-->ok<o:p>!</o:p>", "ok!"),
        ('<meta http-equiv=refresh content="0;url=https://x.example"><base href="https://x.example">ok', "ok"),
    ],
)  # fmt: skip
def test_keeps_the_letter_and_drops_the_rest(written: str, safe: str) -> None:
    assert sanitise(written).html == safe
    assert sanitise(safe).html == safe


def test_tells_whether_pictures_are_elsewhere() -> None:
    assert sanitise('<img src="https://x.example/a.png">').has_remote
    assert not sanitise('<img src="cid:a"><p title=" data-remote-src=">').has_remote


def test_an_attribute_that_looks_like_a_tag_stays_an_attribute() -> None:
    tricky = '<p title=\'<img src="https://x.example" alt="<a \'>ok</p><p title=\' src="https://y.example"\'>ok</p>'
    safe = sanitise(tricky).html
    assert sanitise(safe).html == safe
    assert "<img" not in re.sub(r'"[^"]*"', "", safe)
    assert html_to_text(safe) == "ok\n\nok"


def test_a_message_shows_nothing_from_elsewhere_until_asked() -> None:
    html = '<img src="https://x.example/a.png"><img src="cid:in@x"><img src="cid:lost@x" alt="lost">'
    quiet = shown_html(html, inline={"in@x": "/parts/1?a=1&b=2"})
    assert ' src="https' not in quiet
    assert '<img src="/parts/1?a=1&amp;b=2">' in quiet
    assert '<img alt="lost">' in quiet
    asked = shown_html(html, remote=lambda url: f"/pictures?of={url[8:]}&b")
    assert '<img src="/pictures?of=x.example/a.png&amp;b">' in asked
    assert ' src="https' not in asked


def test_only_the_outermost_quotation_is_folded() -> None:
    shown = shown_html("<p>new</p><blockquote>old<blockquote>older</blockquote></blockquote><p>end</p>")
    assert shown.count("<details>") == shown.count("</details>") == 1
    assert shown.index("<details>") < shown.index("old") < shown.index("</details>") < shown.index("end")


def test_a_quotation_inside_an_attribute_is_no_quotation() -> None:
    safe = '<p title="a > <blockquote>">x</p><blockquote>old</blockquote><p title="</blockquote>">y</p>'
    shown_so = folded(safe)
    assert shown_so.count("<details>") == shown_so.count("</details>") == 1
    assert shown_so.index("<details>") < shown_so.index("old") < shown_so.index("</details>")
    tricky = "<p title='<blockquote>'>x</p><blockquote>old</blockquote>"
    assert shown_html(tricky).count("<details>") == 1


def test_content_ids_as_written_and_decoded() -> None:
    named = inline_ids('<img alt="src=&quot;cid:no" src="cid:a%40b"><img src="cid:&lt;c@d&gt;"><img src="https://x">')
    assert named == {"a%40b", "a@b", "c@d"}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_SOUP.split()), max_size=25))
def test_any_soup_is_safe_and_stays_safe_when_it_is_read_again(soup: list[str]) -> None:
    once = sanitise(" ".join(soup)).html
    again = sanitise(once).html
    for safe in (once, again):
        tags = re.findall(r'<(?:[^">]|"[^"]*")*>', safe)
        assert not _DANGER.search(re.sub(r'title="[^"]*"', "", "".join(tags)))
    assert set(re.findall(r'="[^"]*"', again)) == set(re.findall(r'="[^"]*"', once))


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 50_000,
        "<blockquote>" * 50_000,
        "".join(f"<p><font color={n}></p>" for n in range(15_000)),
        "".join(f"<font color={n}><table><td></font></table>" for n in range(8_000)),
        "<p " + " ".join(f"a{n}=1" for n in range(60_000)) + ">",
        "<a '" * 100_000,
        "<!--" * 100_000,
    ],
    ids=["divs", "quotes", "fonts", "fonts in tables", "attributes", "open quotes", "open comments"],
)
def test_bombs_cost_little(bomb: str) -> None:
    started = time.process_time()
    html_to_text(sanitise(bomb + "<p>ok</p>").html)
    assert time.process_time() - started < 1.5


def test_flattening_loses_no_words() -> None:
    html = "<div>" * 900 + "deep" + "</div>" * 900 + "<p>after " + "<b>x</b>" * 300
    assert html_to_text(sanitise(html).html).split() == ["deep", "after", "x" * 300]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"),
        ("a<blockquote>b<blockquote>c</blockquote></blockquote>d", "a\n\n> b\n>\n>> c\n\nd"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ('<img src="cid:x" alt="our  logo"> &lt;b&gt; &amp; caf&eacute;', "our logo <b> & café"),
        ("  a \n <b> b </b>  c ", "a b c"),
        ("", ""),
    ],
)
def test_html_becomes_readable_text(html: str, text: str) -> None:
    assert html_to_text(sanitise(html).html) == text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a <b> & \"c\"\nd", "a &lt;b&gt; &amp; &quot;c&quot;<br>\nd"),
        ("see https://x.example/a_(b)?c=1&d.", f'see <a href="https://x.example/a_(b)?c=1&amp;d" {_LINK} {_REL}>'
         "https://x.example/a_(b)?c=1&amp;d</a>."),
        ("(https://x.example/)", f'(<a href="https://x.example/" {_LINK} {_REL}>https://x.example/</a>)'),
        ("ann@x.example!", f'<a href="mailto:ann@x.example" {_LINK} {_REL}>ann@x.example</a>!'),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("  in  side", "\u00a0\u00a0in\u00a0 side"),
    ],
)  # fmt: skip
def test_plain_text_becomes_safe_html(text: str, html: str) -> None:
    assert text_to_html(text) == html
