"""What Google answers, as types; a field that we do not read is not here. Numbers come as text."""

from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from waypost.ticketing.mailboxes.google.words import GoogleUnclear

Answer = TypeVar("Answer")
LARGEST = 2**63 - 1


class Named(msgspec.Struct):
    """A message in a listing."""

    id: str
    threadId: str | None = None
    labelIds: list[str] = []


class Listing(msgspec.Struct):
    """A page of `messages.list`."""

    messages: list[Named] = []
    nextPageToken: str | None = None


class Added(msgspec.Struct):
    """One `messagesAdded` of a history record."""

    message: Named


class Record(msgspec.Struct):
    """One history record."""

    messagesAdded: list[Added] = []


class HistoryPage(msgspec.Struct):
    """A page of `history.list`; `historyId` is how far the listing reaches."""

    historyId: str | int | None = None
    history: list[Record] = []
    nextPageToken: str | None = None

    @property
    def added(self) -> list[Named]:
        """Each added message once, in order."""
        found = {added.message.id: added.message for record in self.history for added in record.messagesAdded}
        return list(found.values())


class RawMessage(msgspec.Struct):
    """`messages.get` with format raw; `raw` is base64url, `internalDate` in milliseconds since 1970."""

    id: str
    raw: str | None = None
    threadId: str | None = None
    internalDate: str | int | None = None
    labelIds: list[str] = []

    @property
    def received_at(self) -> datetime | None:
        """When Google received it."""
        try:
            return datetime.fromtimestamp(int(self.internalDate or "") / 1000, UTC)
        except (ValueError, OverflowError, OSError):
            return None


class Profile(msgspec.Struct):
    """`users.getProfile`."""

    emailAddress: str
    historyId: str | int


class Watching(msgspec.Struct):
    """`users.watch`; `expiration` in milliseconds since 1970."""

    expiration: str | int


class Tokens(msgspec.Struct):
    """The token address's answer; `expires_in` in seconds."""

    access_token: str
    expires_in: int = 3600
    refresh_token: str | None = None
    scope: str | None = None

    def __repr__(self) -> str:
        """Without the tokens."""
        return f"Tokens(expires_in={self.expires_in}, scope={self.scope!r})"


def read(kind: type[Answer], body: bytes) -> Answer:
    """The body as this kind of answer; refuses with `GoogleUnclear`."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise GoogleUnclear from None


def number(text: str | int | None) -> int:
    """A history id, which a column must hold; refuses with `GoogleUnclear`."""
    try:
        found = int(text if text is not None else "")
    except ValueError:
        raise GoogleUnclear from None
    if not 0 <= found <= LARGEST:
        raise GoogleUnclear
    return found


def reasons(body: bytes) -> tuple[set[str], str]:
    """The machine-readable reasons in an error's body, and its OAuth code (`invalid_grant`) where it has one."""
    try:
        said: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return set(), ""
    error = said.get("error") if isinstance(said, dict) else None
    if not isinstance(error, dict):
        return set(), error if isinstance(error, str) else ""
    entries = error.get("errors")
    listed = entries if isinstance(entries, list) else []
    found = {str(one.get("reason")) for one in listed if isinstance(one, dict)}
    return found | ({str(error["status"])} if "status" in error else set()), ""
