"""Patterns: each component is shown, in both languages, and nothing on a page needs what the CSP forbids."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import nodes

from tests.platform.web_kit.drawing import ENV, PACKAGE, page, text, values
from waypost.platform.web.kit import dressed

TEMPLATES = sorted(PACKAGE.rglob("*.html"))
FORBIDDEN = re.compile(r"""\s(style|on[a-z]+|hx-on[\w:-]*)\s*=|<style|<script(?![^>]*\ssrc=)|javascript:""")


class Elements(HTMLParser):
    """Every start tag of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it."""
        self.found.append((tag, dict(attrs)))

    def all(self, attribute: str) -> list[str]:
        """Every value of an attribute."""
        return [each[attribute] or "" for _, each in self.found if attribute in each]


def shown() -> set[str]:
    """The components that the page of patterns calls."""
    calls = set()
    for name in ENV.list_templates(filter_func=lambda name: name.startswith("patterns")):
        source, *_ = ENV.loader.get_source(ENV, name) if ENV.loader else ("",)
        calls |= {each.attr for each in ENV.parse(source).find_all(nodes.Getattr) if _is_ui(each.node)}
    return calls


def _is_ui(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Name) and node.name == "ui"


def test_every_component_is_on_the_page_of_patterns() -> None:
    kit = dressed(ENV, values(), "en")["ui"]
    assert {name for name in vars(kit) if not name.startswith("_")} == shown()


@pytest.mark.parametrize("locale", ["en", "de"])
def test_the_page_is_whole_and_light(locale: str) -> None:
    html = page("patterns.html", locale)
    assert html.rstrip().endswith("</html>") and f'<html lang="{locale}"' in html
    assert len(html.encode()) < 150_000


def test_ids_are_unique_and_what_points_at_one_finds_it() -> None:
    elements = Elements(page("patterns.html"))
    ids = Counter(elements.all("id"))
    assert [each for each, times in ids.items() if times > 1] == []
    for pointer in ("for", "aria-describedby", "aria-labelledby", "popovertarget", "aria-controls"):
        assert {each for value in elements.all(pointer) for each in value.split()} <= set(ids)


def test_every_form_that_writes_carries_the_token() -> None:
    html = page("patterns.html")
    writing = re.findall(r'<form[^>]*method="post".*?</form>', html, re.DOTALL)
    assert len(writing) > 10
    assert all('name="csrf_token" value="t0ken"' in form for form in writing)


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_no_template_holds_inline_style_or_script(file: Path) -> None:
    assert not FORBIDDEN.search(file.read_text("utf-8"))


def test_mail_stands_in_a_frame_without_our_rights() -> None:
    drawn = text("{{ ui.mail_body(html, lines=500) }}", also={"html": '"><script>alert(1)</script>'})
    frame = Elements(drawn).found[0][1]
    assert frame["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
    assert frame["height"] == "720"
    assert [tag for tag, _ in Elements(drawn).found] == ["iframe"]
    assert "<script>alert(1)</script>" in (frame["srcdoc"] or "")


def test_what_strangers_wrote_is_escaped_in_rows_and_chips() -> None:
    drawn = text("{{ ui.row('/t', bad, who=bad, text=bad) }}{{ ui.chip(bad) }}", also={"bad": "<b>&"})
    assert "<b>" not in drawn and drawn.count("&lt;b&gt;&amp;") == 4


def test_an_error_says_what_is_safe_and_what_to_do() -> None:
    html = page("error.html", "de", status=409, title="Das ging nicht", detail="Jemand war schneller.")
    assert "Laden Sie die Seite neu" in html and "r-1" in html and 'class="rail"' in html


def test_a_stranger_gets_an_error_without_the_desk() -> None:
    html = page("error.html", me=None, nav=[], status=404, title="There is no such thing here")
    assert 'class="bare"' in html and 'class="rail"' not in html


def test_a_problem_for_htmx_is_a_block_that_announces_itself() -> None:
    html = page("problem.html", status=500, title="Something went wrong on our side")
    assert html.lstrip().startswith("<section") and 'role="alert"' in html


def test_an_empty_pane_is_not_there() -> None:
    html = page("error.html", status=404, title="None")
    assert 'data-panes="main"' in html and 'id="list"' not in html and 'id="context"' not in html


def test_a_flat_line_and_a_single_point_are_drawn() -> None:
    assert 'points="0.0,' in text("{{ ui.sparkline([0], 'x') }}{{ ui.sparkline([0, 0], 'x') }}")
