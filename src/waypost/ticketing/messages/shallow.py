"""HTML that a tree builder can afford: what nests without end is flattened before it is parsed.

Building a tree costs the square of its depth, and each paragraph repeats every formatting element left open before it,
so a few hundred kilobytes of nested or unclosed tags cost seconds or gigabytes. Ordinary mail never comes near.
"""

import re

_TOKEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(?P<raw>script|style|title|textarea|xmp|iframe|noembed|noframes)\b.*?(?:</(?P=raw)\s*>|\Z)"
    r"|<(?P<close>/?)(?P<name>[a-z][^\s/>]{0,40})(?P<rest>(?:=\s*\"[^\"]*(?:\"|\Z)|=\s*'[^']*(?:'|\Z)|[^>])*+)(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_UNNESTED_TAGS = "area base br col dd dt embed hr img input li link meta option p param tbody td tfoot th thead tr wbr"
_NEVER_NESTS = frozenset(_UNNESTED_TAGS.split())
_WALLS = frozenset(("table", "object", "select", "template", "svg", "math"))
_FEW_TAGS = 1_000
_DEEPEST = 200
_LONGEST_TAG = 20_000


def flatten(html: str) -> str:
    """`html` with tags dropped that open beyond a depth of 200, and tags with thousands of attributes."""
    if html.count("<") < _FEW_TAGS and len(html) < _LONGEST_TAG:
        return html
    stack = _Stack()
    return _TOKEN.sub(stack.keep, html)


class _Stack:
    """The elements that are open, as far as a scan of tags can tell."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.dropped: dict[str, int] = {}

    def keep(self, token: re.Match[str]) -> str:
        """The token, or nothing when it goes too deep."""
        name = (token["name"] or "").lower()
        if not name:
            return token[0]
        if _is_bloated(token["rest"]):
            return ""
        if name in _NEVER_NESTS:
            return token[0]
        return self._closing(name, token[0]) if token["close"] else self._opening(name, token[0])

    def _opening(self, name: str, tag: str) -> str:
        if len(self.open) >= _DEEPEST:
            self.dropped[name] = self.dropped.get(name, 0) + 1
            return ""
        self.open.append(name)
        return tag

    def _closing(self, name: str, tag: str) -> str:
        if self.dropped.get(name):
            self.dropped[name] -= 1
            return ""
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place] == name:
                del self.open[place]
                break
            if self.open[place] in _WALLS:
                break
        return tag


def _is_bloated(attributes: str) -> bool:
    """Long because of many attributes, not of one long value such as a picture."""
    return len(attributes) > _LONGEST_TAG and len(re.sub(r"\"[^\"]*\"|'[^']*'", "", attributes)) > _LONGEST_TAG
