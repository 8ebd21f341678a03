"""Faults: an exception as a log may keep it: its class, where in our code, and no value that a person typed."""

import traceback
from typing import Any

from waypost.platform.observe.masking import masked_text

MESSAGE_LENGTH = 200
DEPTH = 12
SPEAKS_OF_VALUES = frozenset(
    {"sqlalchemy", "psycopg", "pydantic", "pydantic_core", "fastapi", "msgspec", "email", "jinja2"}
)
"""Packages whose messages quote statements, parameters or input: only the class and the state code are kept."""


def described(error: BaseException) -> dict[str, Any]:
    """`error` (class), `message` (first line, masked, when its package does not quote values), `sqlstate`,
    `constraint`, `frames` (innermost last) and `cause` (classes from the outside to the root)."""
    origin = getattr(error, "orig", None) or error
    found = {
        "error": type(error).__name__,
        "message": _message(error),
        "sqlstate": getattr(origin, "sqlstate", None),
        "constraint": getattr(getattr(origin, "diag", None), "constraint_name", None),
        "frames": _frames(error),
        "cause": " < ".join(type(each).__name__ for each in _causes(error)),
    }
    return {key: value for key, value in found.items() if value}


def _message(error: BaseException) -> str:
    if type(error).__module__.partition(".")[0] in SPEAKS_OF_VALUES:
        return ""
    lines = str(error).strip().splitlines()
    return masked_text(lines[0])[:MESSAGE_LENGTH] if lines else ""


def _frames(error: BaseException) -> list[str]:
    stack = traceback.extract_tb(error.__traceback__)[-DEPTH:]
    return [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}" for frame in stack]


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    while (below := error.__cause__ or error.__context__) is not None and below not in found:
        found.append(below)
        error = below
    return found
