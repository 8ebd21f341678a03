"""The Gmail interface as we use it: read, watch, send. It knows neither our database nor our jobs."""

import asyncio
import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from waypost.platform.http import AnswerTooLarge
from waypost.ticketing.mailboxes.google.answers import (
    HistoryPage,
    Listing,
    Named,
    Profile,
    RawMessage,
    Watching,
    number,
    read,
)
from waypost.ticketing.mailboxes.google.batch import boundary_of, many_gets, parts_of
from waypost.ticketing.mailboxes.google.calls import Calls, judged
from waypost.ticketing.mailboxes.google.quota import Price
from waypost.ticketing.mailboxes.google.words import GoneThere, GoogleRefuses, GoogleUnclear, PageLost

ME = "/gmail/v1/users/me"


@dataclass(frozen=True, slots=True)
class Mail:
    """A message with its bytes."""

    id: str
    raw: bytes
    thread_id: str | None
    received_at: datetime | None
    labels: tuple[str, ...]


@dataclass(slots=True)
class GmailClient:
    """One mailbox. `parallel` gets at once; `batch` gets in one request, 0 for one each."""

    calls: Calls
    parallel: int = 8
    batch: int = 0

    @property
    def stride(self) -> int:
        """How many mails are best asked for together."""
        return self.batch if self.batch > 1 else self.parallel

    async def profile(self) -> Profile:
        """Whose mailbox it is, and where its history is now."""
        try:
            return read(Profile, await self.calls.send("GET", f"{ME}/profile", Price.PROFILE))
        except GoneThere:
            raise GoogleUnclear("Google knows no such mailbox") from None

    async def listing(self, page: str | None = None, size: int = 500) -> Listing:
        """A page of all messages, newest first, with spam and trash. Refuses a token that no longer works: PageLost."""
        asked = {"includeSpamTrash": "true", "maxResults": str(size)} | ({"pageToken": page} if page else {})
        try:
            return read(Listing, await self.calls.send("GET", f"{ME}/messages", Price.LIST, params=asked))
        except (GoogleUnclear, GoneThere) as wrong:
            raise PageLost if page else GoogleUnclear from wrong

    async def history(self, start: int, page: str | None = None, size: int = 500) -> HistoryPage:
        """A page of what was added after `start`. `GoneThere`: the history does not reach back so far."""
        asked = {"startHistoryId": str(start), "historyTypes": "messageAdded", "maxResults": str(size)}
        asked |= {"pageToken": page} if page else {}
        return read(HistoryPage, await self.calls.send("GET", f"{ME}/history", Price.HISTORY, params=asked))

    async def mails(self, ids: Sequence[str]) -> dict[str, Mail | None]:
        """The bytes of these messages, several at once; None for one that is gone.

        Where there is no batch interface each is asked for by itself; so are mails that are too large together.
        """
        if self.batch > 1:
            try:
                found = [await self._batch(ids[at : at + self.batch]) for at in range(0, len(ids), self.batch)]
                return {name: mail for part in found for name, mail in part.items()}
            except GoneThere:
                self.batch = 0
            except AnswerTooLarge:
                return {message_id: await self.mail(message_id) for message_id in ids}
        room = asyncio.Semaphore(self.parallel)

        async def one(message_id: str) -> Mail | None:
            async with room:
                return await self.mail(message_id)

        answers = await asyncio.gather(*map(one, ids), return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        return dict(zip(ids, answers, strict=True))  # type: ignore[arg-type]  # exceptions were raised above

    async def mail(self, message_id: str) -> Mail | None:
        """One message with its bytes; None when it is gone."""
        path = f"{ME}/messages/{quote(message_id, safe='')}"
        try:
            return mail_of(await self.calls.send("GET", path, Price.GET, params={"format": "raw"}))
        except GoneThere:
            return None

    async def _batch(self, ids: Sequence[str]) -> dict[str, Mail | None]:
        """One request for several; what it did not answer well is asked again by itself."""
        body, kind = many_gets(ids, f"{ME}/messages")
        price = Price.GET * len(ids)
        headers = {"content-type": kind}
        answer = await self.calls.send("POST", "/batch/gmail/v1", price, content=body, headers=headers)
        parts = parts_of(answer, boundary_of(answer))
        found: dict[str, Mail | None] = {}
        for position, message_id in enumerate(ids):
            status, content = parts.get(position, (500, b""))
            gone = isinstance(judged(status, content, None), GoneThere)
            good = 200 <= status < 300
            found[message_id] = mail_of(content) if good else None if gone else await self.mail(message_id)
        return found

    async def watch(self, topic: str) -> datetime:
        """Ask for pushes; until when they come."""
        try:
            answer = await self.calls.send("POST", f"{ME}/watch", Price.WATCH, json={"topicName": topic})
        except GoneThere:
            raise GoogleUnclear("Google cannot watch this mailbox") from None
        return datetime.fromtimestamp(number(read(Watching, answer).expiration) / 1000, UTC)

    async def send(self, raw: bytes, thread: str | None) -> Named:
        """Let these bytes leave; never tried twice here, since the first try may have worked."""
        words = {"raw": urlsafe_b64encode(raw).decode()} | ({"threadId": thread} if thread else {})
        try:
            return read(Named, await self.calls.send("POST", f"{ME}/messages/send", Price.SEND, tries=1, json=words))
        except GoneThere:
            raise GoogleRefuses("Google does not know this conversation") from None

    async def find(self, rfc_message_id: str) -> Named | None:
        """The message with this Message-ID."""
        asked = {"q": f"rfc822msgid:{rfc_message_id.strip('<>')}", "includeSpamTrash": "true", "maxResults": "2"}
        try:
            found = read(Listing, await self.calls.send("GET", f"{ME}/messages", Price.LIST, params=asked)).messages
        except GoneThere:
            raise GoogleUnclear from None
        return found[0] if found else None


def mail_of(body: bytes) -> Mail:
    """An answer to a get; refuses with `GoogleUnclear` when the bytes are missing or no base64."""
    said = read(RawMessage, body)
    if said.raw is None:
        raise GoogleUnclear
    try:
        raw = urlsafe_b64decode(said.raw.replace("+", "-").replace("/", "_") + "=" * (-len(said.raw) % 4))
    except (binascii.Error, ValueError):
        raise GoogleUnclear from None
    return Mail(said.id, raw, said.threadId, said.received_at, tuple(said.labelIds))
