"""Gmail as a way out: replies leave through the connected account, looked up by Message-ID before any repeat."""

from dataclasses import dataclass
from uuid import UUID

from waypost.platform.access import MACHINE
from waypost.platform.errors import Refusal, Unavailable
from waypost.platform.http import AnswerTooLarge, NoAnswer, Resting
from waypost.platform.work import Works
from waypost.ticketing.mailboxes.google.account import Google
from waypost.ticketing.mailboxes.google.client import GmailClient
from waypost.ticketing.mailboxes.google.queries import connected
from waypost.ticketing.mailboxes.google.terms import SENDING
from waypost.ticketing.mailboxes.google.words import ConsentNeeded, GoogleBusy, GoogleUnclear
from waypost.ticketing.outbound.sender import AnswerLost, Envelope, Leaving, NotNow, Rejected, Sent


class NotTaken(Rejected):
    """Google does not take this mail."""


class NoMailboxToSend(Rejected):
    """This sender has no mailbox."""


class SendingNotCovered(NotNow):
    """The consent of this mailbox does not cover sending: connect it again."""


@dataclass(frozen=True, slots=True)
class GmailSender:
    """Implements `Sender`."""

    google: Google
    works: Works

    looks_up = True

    async def send(self, envelope: Envelope, leaving: Leaving) -> Sent:
        """Hand the bytes over, once. What was answered is certain; only silence and 5xx after the start are not."""
        client = await self._client(envelope.org, envelope.mailbox_id)
        try:
            await client.calls.grant.token()
        except Refusal as trouble:
            raise NotNow(trouble.detail) from trouble
        await leaving()
        try:
            left = await client.send(envelope.raw, envelope.thread_id)
        except (NoAnswer, AnswerTooLarge) as lost:
            raise AnswerLost from lost
        except (GoogleBusy, Resting, ConsentNeeded) as later:
            raise NotNow(later.detail) from later
        except GoogleUnclear as refused:
            raise NotTaken from refused
        except Unavailable as lost:
            raise AnswerLost from lost
        except Refusal as refused:
            raise Rejected(refused.detail) from refused
        return Sent(left.id)

    async def find(self, envelope: Envelope) -> Sent | None:
        """By its Message-ID, in the whole mailbox."""
        client = await self._client(envelope.org, envelope.mailbox_id)
        try:
            found = await client.find(envelope.rfc_message_id)
        except Refusal as trouble:
            raise NotNow(trouble.detail) from trouble
        return Sent(found.id) if found else None

    async def _client(self, org: UUID, mailbox_id: UUID | None) -> GmailClient:
        if mailbox_id is None:
            raise NoMailboxToSend
        try:
            async with self.works.open(org, MACHINE, reads=True) as work:
                found = await connected(work.db, mailbox_id)
            if SENDING not in found.credential.scopes:
                raise SendingNotCovered
            return self.google.client(found.credential, mailbox_id)
        except ConsentNeeded as missing:
            raise NotNow(missing.detail) from missing
