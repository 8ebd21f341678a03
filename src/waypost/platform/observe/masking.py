"""Masking: whatever looks like a mail address, a network address or a secret does not reach a log."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

HIDDEN = "[hidden]"
LONGEST = 2000
"""Characters of one value that a line keeps: enough to understand, and patterns stay cheap."""
SECRET_NAMES = re.compile(r"(?i)(password|passwd|secret|token|authorization|cookie|credential|private_?key|api_?key)")
KEPT_WHOLE = frozenset({"request_id", "timestamp", "sha256", "method", "level", "event", "logger"})
"""Keys whose values are ours or checked already, and may look like a secret without being one."""

_PATTERNS = (
    (re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+@"), f"{HIDDEN}@"),
    (re.compile(r"[\w.+%'=-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){0,8}"), "[mail]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?i)\b(\w*(?:password|secret|token|signature|key))(\s*[=:]\s*)[^\s&,;]+"), rf"\1\2{HIDDEN}"),
    (re.compile(r"(?<![\w.])(?!127\.|0\.0\.0\.0)\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)"), "[address]"),
    (re.compile(r"(?<![\w:])(?=[\da-fA-F:]*\d)(?:[\da-fA-F]{1,4}:){3,7}[\da-fA-F]{1,4}(?![\w:])"), "[address]"),
    (re.compile(r"(?<![\w:])(?:[\da-fA-F]{1,4}:){1,6}(?::[\da-fA-F]{1,4}){1,6}(?![\w:])"), "[address]"),
)
_LONG = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{36,}={0,2}(?![\w-])")
_UUID = re.compile(r"(?i)[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}")


def masked_text(text: str) -> str:
    """The text without mail addresses, network addresses (loopback stays), credentials and long random strings."""
    text = text[:LONGEST]
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return _LONG.sub(_unless_id, text)


def masked(value: Any) -> Any:
    """The same for anything a log line may hold; unknown objects become their masked `str`."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _of(str(key), each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(each) for each in value]
    return masked_text(str(value))


def mask(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The processor that stands last before the line is written."""
    for key, value in event.items():
        if not key.startswith("_"):
            event[key] = _of(key, value)
    return event


def _of(key: str, value: Any) -> Any:
    if key in KEPT_WHOLE and isinstance(value, str):
        return value if key != "event" else masked_text(value)
    if SECRET_NAMES.search(key) and not isinstance(value, bool | int | float | None):
        return HIDDEN
    return masked(value)


def _unless_id(found: re.Match[str]) -> str:
    """Ids and long words stay; a random string without a digit gives itself away by its two cases."""
    text = found.group()
    is_word = text.replace("_", "").replace("-", "").isalpha() and (text.islower() or text.isupper())
    return text if is_word or _UUID.fullmatch(text) else HIDDEN
