"""What gateways and lists add to a text on its way; two copies of one mail may differ in it."""

import re

_BELOW = re.compile(
    r"(?mi)^[ \t]*(?:"
    r"_{30,}\n(?:.*\n){0,12}?.*(?:mailing list|mailingliste|listinfo|lists?\.|unsubscribe)"
    r"|-- ?\n(?:you received this message because you are subscribed|sie erhalten diese nachricht, weil sie)"
    r"|(?:-+[ \t]*\n)?.{0,40}(?:this (?:e-?mail|message) (?:has been|was) (?:checked|scanned)"
    r"|no virus found in this|virus-free\."
    r"|virenfrei\.|sans virus\.|libre de virus\.|(?:diese )?e-?mail wurde von .{0,60}(?:auf viren )?geprüft"
    r"|l'absence de virus|este (?:correo|mensaje) .{0,40}(?:analizado|libre de virus)|message is scanned for spam)"
    r")"
)
_ABOVE = re.compile(
    r"(?i)\A\s*[\[*]{0,3}\s*(?:caution|warning|achtung|attention|external(?: e-?mail| sender)?|extern(?:e e-?mail)?)\b"
    r"[^\n]{0,20}(?:external|outside|extern|originated|von au(?:ß|ss)erhalb|ext[ée]rieur)[^\n]{0,400}\n+"
)
_HINTS = ("virus", "virenfrei", "list", "subscribe", "scanned", "checked", "geprüft", "analizado", "diese nachricht")
_TAIL = 4_000
_LONGEST_FOOTER = 1_500


def without_footers(text: str) -> str:
    """The text without list footers and virus-scanner lines at its end and without a gateway's warning at its top."""
    text = _ABOVE.sub("", text, count=1)
    head, tail = text[:-_TAIL], text[-_TAIL:]
    lower = tail.lower()
    if not any(hint in lower for hint in _HINTS):
        return text.strip()
    found = next((f for f in _BELOW.finditer(tail) if len(tail) - f.start() <= _LONGEST_FOOTER), None)
    return (head + (tail[: found.start()] if found else tail)).strip()
