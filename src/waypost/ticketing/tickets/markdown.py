"""Notes are Markdown; what they become is sanitised like any other foreign HTML."""

import nh3
from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
TAGS = {
    *("a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "s"),
    *("strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}


def note_html(markdown: str) -> str:
    """Safe HTML of a note: no images, no raw HTML, links leave without telling where they come from."""
    return nh3.clean(_markdown.render(markdown), tags=TAGS, attributes={"a": {"href"}}, link_rel="noopener noreferrer")
