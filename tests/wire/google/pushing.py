"""Pushes as Cloud Pub/Sub sends them: an envelope and a token signed with a key that the stand-in publishes."""

import json
import time
from base64 import b64encode
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

AUDIENCE, SERVICE = "http://localhost:8000/mailboxes/gmail/push", "push@waypost-project.iam.gserviceaccount.com"


def new_key(name: str) -> RSAKey:
    """A signing key, named as in a key set."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


def signed(key: RSAKey, **changes: Any) -> str:
    """The token of a push, right unless changed; a claim that is None is left out."""
    now = int(time.time())
    right = {
        "iss": "https://accounts.google.com",
        "aud": AUDIENCE,
        "email": SERVICE,
        "email_verified": True,
        "sub": "1",
        "iat": now,
        "exp": now + 3600,
    }
    claims = {name: value for name, value in (right | changes).items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


def envelope(address: str, history_id: int = 1) -> dict[str, Any]:
    """What is posted."""
    data = b64encode(json.dumps({"emailAddress": address, "historyId": history_id}).encode()).decode()
    return {
        "message": {"data": data, "messageId": "1", "publishTime": "x"},
        "subscription": "projects/p/subscriptions/s",
    }
