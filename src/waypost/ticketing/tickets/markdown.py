"""Notes and replies are Markdown; what they become is sanitised like any other foreign HTML."""

import re
from collections.abc import Collection, Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
TAGS = {
    *("a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "hr", "li", "mark", "ol", "p", "pre", "s"),
    *("strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}


def note_html(markdown: str, calls: Collection[str] = ()) -> str:
    """Safe HTML of a note: no images, no raw HTML, links leave without telling where they come from.

    `calls` are the texts (`@Ben`) that name a colleague: they are marked wherever they stand, code excepted.
    """
    tokens = _markdown.parse(markdown)
    if calls:
        _mark_calls(tokens, re.compile("|".join(map(re.escape, sorted(calls, key=len, reverse=True)))))
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, link_rel="noopener noreferrer")


def _mark_calls(tokens: list[Token], call: re.Pattern[str]) -> None:
    for token in tokens:
        if token.children:
            token.children = [piece for child in token.children for piece in _pieces(child, call)]


def _pieces(token: Token, call: re.Pattern[str]) -> Iterator[Token]:
    if token.type != "text" or not call.search(token.content):
        yield token
        return
    end = 0
    for found in call.finditer(token.content):
        yield _text(token.content[end : found.start()])
        yield Token("mark_open", "mark", 1)
        yield _text(found.group())
        yield Token("mark_close", "mark", -1)
        end = found.end()
    yield _text(token.content[end:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
