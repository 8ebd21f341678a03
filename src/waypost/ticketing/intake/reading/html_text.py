"""The words of a sanitised HTML body, in lines, with quoted history marked by `>`."""

import re
from html import unescape

_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^">]|"[^"]*")*)>|([^<]+)')
_ATTRIBUTE = re.compile(r' (href|src|data-remote-src|alt)="([^"]*)"')
_SPACES = re.compile(r"[ \t\n\r\f]+")
_LINE_TAGS = (
    "address article aside caption center dd div dl dt figcaption figure footer header hr li main nav section table tr "
    "tbody thead tfoot"
)
_PARAGRAPH_TAGS = "blockquote h1 h2 h3 h4 h5 h6 ol p pre ul"
_LINES, _PARAGRAPHS = frozenset(_LINE_TAGS.split()), frozenset(_PARAGRAPH_TAGS.split())
_BLOCKS = _LINES | _PARAGRAPHS
_LEADS = {"li": "- ", "td": " ", "th": " "}
_DEEPEST_QUOTE = 8


def html_to_text(html: str, *, with_addresses: bool = False) -> str:
    """Text of HTML that `sanitise` wrote (its spelling is relied on).

    `with_addresses` also writes where links lead and pictures come from: two mails may differ in nothing else.
    """
    page = _Page(with_addresses)
    for close, tag, attributes, text in _TOKEN.findall(html):
        if text:
            page.write(unescape(text))
        elif close:
            page.leave(tag)
        else:
            page.enter(tag, attributes)
    return page.finished()


class _Page:
    """Lines written so far, and the pieces of the one being written."""

    def __init__(self, with_addresses: bool) -> None:
        self.lines: list[str] = []
        self.pieces: list[str] = []
        self.is_spaced = True
        self.quotes = 0
        self.verbatim = 0
        self.with_addresses = with_addresses

    @property
    def has_words(self) -> bool:
        """Whether the line being written has anything to show."""
        return any(piece.strip() for piece in self.pieces)

    def write(self, text: str) -> None:
        if self.verbatim:
            self.write_verbatim(text)
            return
        if "\n" in text or "  " in text or "\t" in text:
            text = _SPACES.sub(" ", text)
        if self.is_spaced:
            text = text.removeprefix(" ")
        if text:
            self.pieces.append(text)
            self.is_spaced = text.endswith(" ")

    def write_verbatim(self, text: str) -> None:
        first, *rest = text.split("\n")
        self.pieces.append(first)
        for line in rest:
            self.end_line()
            self.pieces.append(line)

    def enter(self, tag: str, attributes: str) -> None:
        if tag in _PARAGRAPHS:
            self.blank_line()
        elif tag == "br" or (tag in _LINES and self.has_words):
            self.end_line()
        if tag in ("a", "img"):
            self.refer(attributes)
        elif tag in _LEADS and not self.verbatim:
            self.write(_LEADS[tag])
        self.quotes += tag == "blockquote"
        self.verbatim += tag == "pre"

    def leave(self, tag: str) -> None:
        if tag in _BLOCKS and self.has_words:
            self.end_line()
        if tag == "blockquote":
            self.trim_quote()
        self.quotes -= tag == "blockquote"
        self.verbatim -= tag == "pre"
        if tag in _PARAGRAPHS:
            self.blank_line()

    def trim_quote(self) -> None:
        """No empty quoted lines at the end of a quote."""
        while self.lines and self.lines[-1].startswith(">") and not self.lines[-1].strip("> "):
            self.lines.pop()

    def refer(self, attributes: str) -> None:
        """Pictures speak by their alternative text; addresses are for comparing mails."""
        for name, value in _ATTRIBUTE.findall(attributes):
            if name == "alt":
                self.write(unescape(value))
            elif self.with_addresses:
                self.write(f" <{unescape(value)}> ")

    def end_line(self) -> None:
        mark = ">" * min(self.quotes, _DEEPEST_QUOTE)
        line = "".join(self.pieces).rstrip() if self.verbatim else "".join(self.pieces).strip()
        self.lines.append(f"{mark} {line}".rstrip() if mark else line)
        self.pieces, self.is_spaced = [], True

    def blank_line(self) -> None:
        if self.has_words:
            self.end_line()
        if self.lines and self.lines[-1].strip("> "):
            self.end_line()

    def finished(self) -> str:
        if self.has_words:
            self.end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")
