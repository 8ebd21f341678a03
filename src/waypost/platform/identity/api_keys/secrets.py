"""What an API key looks like, and how it is found in a request (RFC 6750, section 2.1)."""

import re

from waypost.platform.ids import new_secret

MARK = "wpk_"
SHOWN = len(MARK) + 6
API_KEY = re.compile(rf"{MARK}[A-Za-z0-9_-]{{43}}")


def new_api_key() -> str:
    """`wpk_` and 43 URL-safe characters (32 random bytes); the mark lets scanners of leaked secrets find it."""
    return MARK + new_secret()


def is_api_key(text: str) -> bool:
    """Whether a text can be a key of ours at all."""
    return API_KEY.fullmatch(text) is not None


def bearer_of(header: str | None) -> str | None:
    """The token of an `Authorization: Bearer …` header; None for another scheme or no header."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
