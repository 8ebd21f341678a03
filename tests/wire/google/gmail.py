"""The stand-in's Gmail interface: the calls that the client makes, at the prices that Google states."""

import asyncio
import json
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.wire.google.consent import world_of
from tests.wire.google.world import SEND, Account, Stored, World

PRICES = {"profile": 1, "messages": 5, "get": 5, "history": 2, "watch": 100, "send": 100, "insert": 25}
WEEK_MS = 7 * 24 * 3600 * 1000


class Refused(Exception):
    """An error in Google's form."""

    def __init__(self, status: int, reason: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status, self.reason, self.headers = status, reason, headers or {}

    def answer(self) -> Response:
        error = {"code": self.status, "message": "Said the stand-in.", "errors": [{"reason": self.reason}]}
        return JSONResponse({"error": error}, self.status, self.headers)


async def call(request: Request) -> Response:
    """Everything below `/gmail/v1/users/me`."""
    world = world_of(request)
    path = request.path_params["path"]
    await asyncio.sleep(world.latency)
    body = await request.body()
    try:
        return JSONResponse(_do(world, request.method, path, dict(request.query_params), body, _bearer(request)))
    except Refused as refused:
        return refused.answer()


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")


def _do(world: World, method: str, path: str, query: dict[str, str], body: bytes, token: str) -> dict[str, Any]:
    world.asked.append((method, path))
    mood = world.mood(path)
    if mood and not mood.after:
        raise Refused(mood.status, mood.reason or "backendError", mood.headers)
    granted = world.access.get(token)
    if granted is None or granted.ends < time.monotonic():
        raise Refused(401, "authError")
    account = world.account(granted.address)
    name = path.rpartition("/")[2]
    kind = "get" if path.startswith("messages/") and method == "GET" else name
    kind = "insert" if (method, path) == ("POST", "messages") else kind
    if not account.pays(PRICES[kind], world.quota):
        world.refused += 1
        raise Refused(403, "rateLimitExceeded", {"retry-after": "1"})
    if kind == "send" and SEND not in granted.scopes:
        raise Refused(403, "insufficientPermissions")
    answer: dict[str, Any] = CALLS[kind](account, name if kind == "get" else query, json.loads(body) if body else {})
    if mood:
        raise Refused(mood.status, mood.reason or "backendError", mood.headers)
    return answer


def _profile(account: Account, _: Any, __: Any) -> dict[str, Any]:
    return {"emailAddress": account.address, "messagesTotal": len(account.messages), "historyId": str(account.now)}


def _listing(account: Account, query: dict[str, str], _: Any) -> dict[str, Any]:
    """Newest first; a page's token says below which one to go on, so that arrivals shift nothing."""
    found = sorted(account.messages.values(), key=lambda one: -one.place)
    if "q" in query:
        wanted = query["q"].removeprefix("rfc822msgid:").strip("<>")
        found = [one for one in found if _message_id(one.raw) == wanted]
    below = _token(query.get("pageToken"))
    found = [one for one in found if below is None or one.place < below]
    size = int(query.get("maxResults", "100"))
    said: dict[str, Any] = {"resultSizeEstimate": len(found)}
    if found:
        said["messages"] = [{"id": one.id, "threadId": one.thread} for one in found[:size]]
    if len(found) > size:
        said["nextPageToken"] = urlsafe_b64encode(f"below {found[size - 1].place}".encode()).decode()
    return said


def _token(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return int(re.fullmatch(r"below (\d+)", urlsafe_b64decode(text).decode())[1])  # type: ignore[index]
    except (ValueError, TypeError):
        raise Refused(400, "invalidArgument") from None


def _message_id(raw: bytes) -> str:
    return str(BytesParser().parsebytes(raw, headersonly=True)["message-id"] or "").strip().strip("<>")


def _get(account: Account, name: str, _: Any) -> dict[str, Any]:
    one = account.messages.get(name)
    if one is None:
        raise Refused(404, "notFound")
    raw = urlsafe_b64encode(one.raw).decode()
    return _brief(one) | {"historyId": str(one.history_id), "internalDate": str(one.at_ms), "raw": raw}


def _brief(one: Stored) -> dict[str, Any]:
    return {"id": one.id, "threadId": one.thread, "labelIds": one.labels}


def _history(account: Account, query: dict[str, str], _: Any) -> dict[str, Any]:
    start = int(query["startHistoryId"])
    if start < account.oldest or start > account.now:
        raise Refused(404, "notFound")
    size, skip = int(query.get("maxResults", "100")), int(query.get("pageToken", "0"))
    records = [(at, one) for at, one in account.added if at > start]
    said: dict[str, Any] = {"historyId": str(account.now)}
    if page := records[skip : skip + size]:
        said["history"] = [{"id": str(at), "messagesAdded": [{"message": _brief(one)}]} for at, one in page]
    if len(records) > skip + size:
        said["nextPageToken"] = str(skip + size)
    return said


def _watch(account: Account, _: Any, words: dict[str, Any]) -> dict[str, Any]:
    if not words.get("topicName"):
        raise Refused(400, "invalidArgument")
    account.watched = words["topicName"]
    return {"historyId": str(account.now), "expiration": str(int(time.time() * 1000) + WEEK_MS)}


def _send(account: Account, _: Any, words: dict[str, Any]) -> dict[str, Any]:
    thread = words.get("threadId")
    if thread and all(one.thread != thread for one in account.messages.values()):
        raise Refused(404, "notFound")
    (name,) = account.deliver(urlsafe_b64decode(words["raw"]), labels=("SENT",), thread=thread)
    return _brief(account.messages[name])


def _insert(account: Account, _: Any, words: dict[str, Any]) -> dict[str, Any]:
    (name,) = account.deliver(urlsafe_b64decode(words["raw"]), labels=tuple(words.get("labelIds", ())))
    return _brief(account.messages[name])


CALLS: dict[str, Any] = {
    "insert": _insert,
    "profile": _profile,
    "messages": _listing,
    "get": _get,
    "history": _history,
    "watch": _watch,
    "send": _send,
}
PART = re.compile(r"Content-ID: <([^>]+)>.*?(GET) (\S+)", re.DOTALL)


async def batch(request: Request) -> Response:
    """Several gets in one request; each is paid for."""
    world, body = world_of(request), (await request.body()).decode()
    await asyncio.sleep(world.latency)
    edge = request.headers["content-type"].partition("boundary=")[2]
    parts = []
    for part in body.split(f"--{edge}")[1:-1]:
        name, method, target = PART.search(part).groups()  # type: ignore[union-attr]
        split = urlsplit(target)
        path = split.path.removeprefix("/gmail/v1/users/me/")
        try:
            status, said = 200, _do(world, method, path, dict(parse_qsl(split.query)), b"", _bearer(request))
        except Refused as refused:
            status, said = refused.status, {"error": {"errors": [{"reason": refused.reason}]}}
        if status == 401:
            return Refused(401, "authError").answer()
        head = f"Content-Type: application/http\r\nContent-ID: <response-{name}>\r\n\r\nHTTP/1.1 {status} X\r\n"
        parts.append(f"--answer\r\n{head}Content-Type: application/json\r\n\r\n{json.dumps(said)}\r\n")
    return Response("".join(parts) + "--answer--", media_type="multipart/mixed; boundary=answer")
