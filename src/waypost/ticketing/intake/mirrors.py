"""Copies of our own replies that come back by the journal: they belong to the message we sent, and start nothing.

A mark alone proves nothing: whoever got a reply of ours can copy its headers. A copy says what we said, in our name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from waypost.ticketing.intake.reading.footers import without_footers
from waypost.ticketing.intake.reading.mail import Mail
from waypost.ticketing.intake.reading.subjects import bare_subject
from waypost.ticketing.messages.markers import Proven, Stamps
from waypost.ticketing.messages.marks import mark


@dataclass(frozen=True, slots=True)
class Proof:
    """What the marks of a mail prove: a reply of ours it claims to be, tickets whose reply address it names."""

    proven: Proven | None = None
    codes: tuple[str, ...] = ()
    is_forged: bool = False
    """It carries marks of our kind, and none of them is ours."""


def prove(org: UUID, mail: Mail, stamps: Stamps) -> Proof:
    """Check every mark of a mail."""
    shown = mail.oss_markers
    proven = stamps.proven(org, shown.ticket_ids, shown.message_ids, shown.signatures)
    codes = [code for address in shown.ticket_addresses if (code := stamps.code_in(org, address))]
    claims = shown.ticket_ids or shown.message_ids or shown.ticket_addresses
    return Proof(proven, tuple(dict.fromkeys(codes)), is_forged=bool(claims) and not (proven or codes))


@dataclass(slots=True)
class Sent:
    """A reply of ours as we wrote it."""

    message_id: UUID
    oss_message_id: UUID
    sender: str | None
    subject: str | None
    text: str | None
    quote_start: int | None
    rfc_marks: set[UUID]
    files: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mirrors:
    """Replies of ours that the mails of a batch may be copies of."""

    by_oss_id: Mapping[UUID, Sent]
    by_mark: Mapping[UUID, Sent]

    @classmethod
    def of(cls, sent: Iterable[Sent]) -> "Mirrors":
        """Looked up by either id."""
        every = list(sent)
        return cls({one.oss_message_id: one for one in every}, {m: one for one in every for m in one.rfc_marks})

    def original(self, mail: Mail, proof: Proof) -> Sent | None:
        """The reply this mail is a copy of; a signed one may have gained history and footers on its way."""
        if proof.proven and (sent := self.by_oss_id.get(proof.proven.oss_message_id)) and _agrees(mail, sent):
            return sent if _said(mail) & _written(sent) else None
        if mail.rfc_message_id and (sent := self.by_mark.get(mark(mail.rfc_message_id))) and _agrees(mail, sent):
            return sent if _words(mail.body_text) == _words(sent.text) else None
        return None


def _agrees(mail: Mail, sent: Sent) -> bool:
    same_files = sorted(part.sha256 for part in mail.attachments) == sorted(sent.files)
    return mail.from_email == sent.sender and mail.subject_norm == bare_subject(sent.subject).text and same_files


def _said(mail: Mail) -> set[str]:
    return {_words(mail.body_text), _words((mail.body_text or "")[: mail.quote_start])}


def _written(sent: Sent) -> set[str]:
    return {_words(sent.text), _words((sent.text or "")[: sent.quote_start])}


def _words(text: str | None) -> str:
    return " ".join(without_footers(text or "").split())
