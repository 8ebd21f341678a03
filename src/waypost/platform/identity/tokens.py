"""What a browser holds and what we keep of it: a random token there, a keyed hash here, a CSRF token bound to both."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Self

from waypost.platform.safety.secrets import Secrets

TOKEN_CHARACTERS = 43
"""32 bytes in base64url without padding."""
PLAUSIBLE = re.compile(r"[A-Za-z0-9_-]{20,128}")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Keyed arithmetic over tokens; a stolen table of hashes opens nothing."""

    session_key: bytes = field(repr=False)
    csrf_key: bytes = field(repr=False)
    bucket_key: bytes = field(repr=False)

    @classmethod
    def of(cls, secrets: Secrets) -> Self:
        """The keys of their three purposes."""
        return cls(secrets.key("session tokens"), secrets.key("csrf tokens"), secrets.key("sign-in attempts"))

    def hash(self, token: str) -> bytes:
        """What is stored of a session's token: HMAC-SHA256, 32 bytes."""
        return hmac.digest(self.session_key, token.encode(), hashlib.sha256)

    def keyed(self, kind: str, secret: str) -> bytes:
        """What is stored of another secret (an API key, a link, a recovery code): nothing of another kind has it."""
        return hmac.digest(self.session_key, f"{kind}\0{secret}".encode(), hashlib.sha256)

    def csrf(self, token: str) -> str:
        """The CSRF token of a session: always the same for the same session, useless for another."""
        mac = hmac.digest(self.csrf_key, token.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()

    def bucket(self, kind: str, value: str) -> bytes:
        """Where tries are counted without storing whose they were."""
        return hmac.digest(self.bucket_key, f"{kind}\0{value}".encode(), hashlib.sha256)


def is_token(text: str | None) -> bool:
    """Whether a cookie can be a session's token at all."""
    return text is not None and len(text) == TOKEN_CHARACTERS and PLAUSIBLE.fullmatch(text) is not None


def is_csrf(text: str | None) -> bool:
    """Whether a cookie can be a CSRF token of ours."""
    return text is not None and PLAUSIBLE.fullmatch(text) is not None
