"""Addresses that let a browser fetch one S3 object for a while (AWS Signature Version 4, query form).

Written here because the store library signs no response headers, and the name and type a download gets must be ours.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class S3Login:
    """Who signs, for which region."""

    key_id: str
    secret: str
    region: str


def presigned_get(address: str, login: S3Login, *, now: datetime, seconds: int, overrides: dict[str, str]) -> str:
    """`address` of an object with a signature for GET, good for `seconds` (1 to 604,800) from `now` (UTC).

    `overrides` are `response-content-…` parameters: headers the store then answers with.
    """
    parts = urlsplit(address)
    stamp, scope = now.strftime("%Y%m%dT%H%M%SZ"), f"{now:%Y%m%d}/{login.region}/s3/aws4_request"
    query = _query(
        overrides
        | {
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": f"{login.key_id}/{scope}",
            "X-Amz-Date": stamp,
            "X-Amz-Expires": str(seconds),
            "X-Amz-SignedHeaders": "host",
        }
    )
    path = quote(parts.path, safe="/-_.~")
    asked = "\n".join(("GET", path, query, f"host:{parts.netloc}", "", "host", "UNSIGNED-PAYLOAD"))
    digest = hashlib.sha256(asked.encode()).hexdigest()
    signature = _sign(_signing_key(login, now), "\n".join((ALGORITHM, stamp, scope, digest))).hex()
    return f"{parts.scheme}://{parts.netloc}{path}?{query}&X-Amz-Signature={signature}"


def _query(values: dict[str, str]) -> str:
    return "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in sorted(values.items()))


def _sign(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _signing_key(login: S3Login, now: datetime) -> bytes:
    key = f"AWS4{login.secret}".encode()
    for step in (f"{now:%Y%m%d}", login.region, "s3", "aws4_request"):
        key = _sign(key, step)
    return key


def signed_headers(
    method: str,
    address: str,
    login: S3Login,
    *,
    now: datetime,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
) -> dict[str, str]:
    """`headers` (lower-case names) and those that sign a request with `body` (AWS Signature Version 4, header form).

    `address` holds the key unquoted and its query already quoted and sorted by name (`query_text`).
    """
    parts = urlsplit(address)
    stamp, scope = now.strftime("%Y%m%dT%H%M%SZ"), f"{now:%Y%m%d}/{login.region}/s3/aws4_request"
    content = hashlib.sha256(body).hexdigest()
    sent = {**(headers or {}), "host": parts.netloc, "x-amz-date": stamp, "x-amz-content-sha256": content}
    names = sorted(sent)
    canonical = "".join(f"{name}:{sent[name].strip()}\n" for name in names)
    path = quote(parts.path, safe="/-_.~")
    asked = "\n".join((method, path, parts.query, canonical, ";".join(names), content))
    digest = hashlib.sha256(asked.encode()).hexdigest()
    signature = _sign(_signing_key(login, now), "\n".join((ALGORITHM, stamp, scope, digest))).hex()
    credential = f"Credential={login.key_id}/{scope}, SignedHeaders={';'.join(names)}"
    return sent | {"authorization": f"{ALGORITHM} {credential}, Signature={signature}"}


def query_text(values: dict[str, str]) -> str:
    """A query as signatures want it: quoted, sorted by name."""
    return _query(values)
