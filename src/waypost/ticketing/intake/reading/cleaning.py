"""Text that every store, page and index accepts: no NUL, no lone surrogate, no stray control."""

import re
import unicodedata

_LONE = re.compile("[\ud800-\udfff]")
_BODY_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ALL_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_SPACES = re.compile(r"\s+")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean_body(text: str) -> str:
    """A text of many lines: `\\n` ends lines, a form feed too, other controls are removed."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _BODY_CONTROLS.sub("", _LONE.sub("\ufffd", text.replace("\x0c", "\n")))


def clean_line(text: str) -> str:
    """One line: controls and runs of white space become one space, the ends are trimmed."""
    if text.isprintable():
        return " ".join(text.split()) if "  " in text else text.strip()
    return _SPACES.sub(" ", _ALL_CONTROLS.sub(" ", _LONE.sub("\ufffd", text))).strip()


def clean_name(text: str) -> str:
    """A name that people judge by its look: one line that cannot reorder itself or what stands beside it."""
    return clean_line(_OVERRIDES.sub("", text))


def clean_word(text: str) -> str:
    """An identifier: nothing invisible and no white space inside (addresses, message ids, content ids)."""
    if text.isascii() and text.isprintable() and " " not in text:
        return text
    kept = (c for c in _LONE.sub("\ufffd", text) if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))
    return unicodedata.normalize("NFC", "".join(kept))


def cut_bytes(text: str, size: int) -> str:
    """The longest start of `text` that needs at most `size` bytes of UTF-8."""
    if len(text) * 4 <= size:
        return text
    return text[:size].encode()[:size].decode(errors="ignore")
