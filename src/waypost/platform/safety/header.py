"""The web's side of idempotency: reads the key from the header, or from a form's hidden field of the same meaning."""

import hashlib
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import FormData
from starlette.requests import Request

from waypost.platform.safety.idempotency import Given

HEADER = "idempotency-key"
FIELD = "idempotency_key"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def _given(request: Request) -> Given:
    door = f"{request.method} {request.url.path}"
    if request.headers.get("content-type", "").startswith(FORMS):
        form = await request.form()
        key = request.headers.get(HEADER) or form.get(FIELD)
        return Given(str(key) if key else None, door, await _digest_of(form))
    return Given(request.headers.get(HEADER), door, hashlib.sha256(await request.body()).digest())


async def _digest_of(form: FormData) -> bytes:
    """Fields and files in order, without the CSRF token, which a new session changes."""
    digest = hashlib.sha256()
    for name, value in form.multi_items():
        if name == "csrf_token":
            continue
        content = value if isinstance(value, str) else f"{value.filename}:{value.size}"
        digest.update(f"{name}={len(content)}:{content}&".encode())
        if not isinstance(value, str):
            while block := await value.read(1 << 16):
                digest.update(block)
            await value.seek(0)
    return digest.digest()


OnceGiven = Annotated[Given, Depends(_given)]
"""A door's parameter: `given: OnceGiven`, then `return await once(work, given, lambda: …)`."""
