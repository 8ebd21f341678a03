"""From read mails to rows: pure book-keeping of one batch, written afterwards in a handful of statements."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from waypost.platform.db import Base
from waypost.platform.ids import new_id
from waypost.ticketing.intake.mirrors import Mirrors, Proof, Sent
from waypost.ticketing.intake.reading.mail import Mail
from waypost.ticketing.intake.reading.recipients import Chosen, choose_recipient
from waypost.ticketing.intake.recognise import Known, Prints, Register
from waypost.ticketing.messages.marks import mark
from waypost.ticketing.messages.models import (
    CODE,
    FAILED,
    TICKET,
    AddressKind,
    Attachment,
    Content,
    Direction,
    Message,
    RefType,
    RfcId,
    State,
    ThreadRef,
)
from waypost.ticketing.routing.allowlist import Allowlist

PARSER_VERSION = 1
CONTENT_VERSION = 1


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A copy, what its bytes say, the blobs of its parts (in the order of `mail.attachments`), what its marks prove."""

    occurrence_id: UUID
    mail: Mail
    blob_ids: tuple[UUID, ...] = ()
    proof: Proof = field(default=Proof())
    inbox: str | None = None
    """The inbox that its mailbox serves."""

    @property
    def prints(self) -> Prints:
        """What identifies it."""
        mail = self.mail
        return Prints(
            bytes.fromhex(mail.signature_v1),
            bytes.fromhex(mail.content_signature),
            bytes.fromhex(mail.fingerprint_v1),
            mark(mail.rfc_message_id) if mail.rfc_message_id else None,
            mail.date_header is not None,
        )


@dataclass(slots=True)
class Keeping:
    """The rows that one batch leads to."""

    now: datetime
    addresses: dict[str, AddressKind]
    allowed: Allowlist
    known: Register
    mirrors: Mirrors
    inboxes_apart: bool = False
    rows: dict[type[Base], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    occurrences: list[dict[str, Any]] = field(default_factory=list)
    groups: dict[UUID, UUID] = field(default_factory=dict)
    mirrored: set[UUID] = field(default_factory=set)
    """Replies of ours of which a copy came back."""

    def take(self, read: ReadMail) -> None:
        """Recognise one mail and write down what follows."""
        prints, chosen = read.prints, self._recipient(read.mail)
        inbox = self._inbox(read.inbox or chosen.address) if self.inboxes_apart else None
        same = self.mirrors.original(read.mail, read.proof) or self._same(prints, inbox)
        message_id = self._another_copy(same, prints) if same else self._new_message(read, prints, inbox)
        if isinstance(same, Known) and inbox:
            same.inboxes.add(inbox)
        self.occurrences.append(self._occurrence(read, message_id, chosen, is_duplicate=same is not None))

    def _same(self, prints: Prints, inbox: str | None) -> Known | None:
        """The message it is a copy of; where inboxes have their own tickets, the one of this inbox."""
        for known in self.known.equals(prints):
            if inbox is None or not known.inboxes or inbox in known.inboxes:
                return known
        return None

    def _inbox(self, address: str | None) -> str | None:
        return address if address and self.addresses.get(address) is AddressKind.INBOX else None

    def _another_copy(self, same: Known | Sent, prints: Prints) -> UUID:
        """A copy may bring a Message-ID under which answers will name the message: keep it."""
        if isinstance(same, Sent):
            self.mirrored.add(same.message_id)
        if prints.rfc_mark and prints.rfc_mark not in same.rfc_marks:
            self.rows[RfcId].append({"mark": prints.rfc_mark, "message_id": same.message_id})
            if isinstance(same, Known):
                self.known.name(same, prints.rfc_mark)
            else:
                same.rfc_marks.add(prints.rfc_mark)
        return same.message_id

    def _new_message(self, read: ReadMail, prints: Prints, inbox: str | None) -> UUID:
        is_other_inboxes = next(self.known.equals(prints), None) is not None
        known = Known(new_id(), prints, None if is_other_inboxes else self._group(prints))
        known.inboxes |= {inbox} if inbox else set()
        self.known.add(known)
        mail = read.mail
        self.rows[Message].append(
            {
                "id": known.message_id,
                "direction": self._direction(mail),
                "rfc_message_id": mail.rfc_message_id,
                "fingerprint": prints.fingerprint,
                "signature": prints.signature,
                "content_signature": prints.content,
                "collision_group_id": known.group,
                "first_seen_at": self.now,
            }
        )
        if prints.rfc_mark:
            self.rows[RfcId].append({"mark": prints.rfc_mark, "message_id": known.message_id})
        self.rows[Content].append(content_row(known.message_id, read, self.now))
        self.rows[ThreadRef] += ref_rows(known.message_id, mail)
        self.rows[Attachment] += attachment_rows(known.message_id, read)
        return known.message_id

    def _direction(self, mail: Mail) -> Direction:
        return Direction.OUTBOUND if mail.from_email in self.addresses else Direction.INBOUND

    def _group(self, prints: Prints) -> UUID | None:
        """The collision group shared with look-alikes; several old groups become one."""
        twins = self.known.companions(prints)
        if not twins:
            return None
        group = next((twin.group for twin in twins if twin.group), None) or new_id()
        for twin in twins:
            if twin.group != group:
                twin.group = group
                self.groups[twin.message_id] = group
        return group

    def _recipient(self, mail: Mail) -> Chosen:
        journals = {address for address, kind in self.addresses.items() if kind is AddressKind.JOURNAL}
        return choose_recipient(mail.recipients, drop=journals, allow=self.allowed.names)

    def _occurrence(self, read: ReadMail, message_id: UUID, chosen: Chosen, *, is_duplicate: bool) -> dict[str, Any]:
        return {
            "id": read.occurrence_id,
            "message_id": message_id,
            "is_duplicate": is_duplicate,
            "state": State.PARSED,
            "parsed_at": self.now,
            "updated_at": self.now,
            "original_recipient": chosen.address,
            "original_recipient_source": chosen.source,
            "original_recipient_confidence": chosen.confidence,
            "original_recipient_evidence": chosen.evidence,
        }


def content_row(message_id: UUID, read: ReadMail, now: datetime) -> dict[str, Any]:
    """What a message says, as a row."""
    mail = read.mail
    return {
        "message_id": message_id,
        "content_version": CONTENT_VERSION,
        "parser_version": PARSER_VERSION,
        "parsed_at": now,
        "date_header": mail.date_header,
        "subject": mail.subject,
        "subject_norm": mail.subject_norm,
        "from_email": mail.from_email,
        "from_name": mail.from_name,
        "reply_to_emails": list(mail.reply_to),
        "to_emails": list(mail.to),
        "cc_emails": list(mail.cc),
        "headers": mail.headers,
        "body_text": mail.body_text,
        "body_html": mail.body_html,
        "quote_start": mail.quote_start,
        "snippet": mail.snippet,
        "language": mail.language,
        "attachment_count": len(mail.attachments),
        "traits": traits(mail, read.proof),
        "has_remote": mail.html_has_remote,
        "notes": list(mail.decode_notes),
    }


def traits(mail: Mail, proof: Proof) -> list[str]:
    """What stitching wants to know of the headers: words, then proven marks, then whom a bounce did not reach."""
    said = {
        "forward": mail.is_forward,
        "auto": mail.auto_submitted,
        "bounce": mail.is_bounce,
        "list": mail.list_id,
        "forged": proof.is_forged,
    }
    marks = [CODE + code for code in proof.codes] + ([TICKET + str(proof.proven.ticket_id)] if proof.proven else [])
    return [
        *(name for name, true in said.items() if true),
        *marks,
        *(FAILED + to for to in mail.returned.recipients),
    ]


def ref_rows(message_id: UUID, mail: Mail) -> list[dict[str, Any]]:
    """Named messages, the likeliest parent first: what came back, In-Reply-To, then References from the newest back."""
    named = [(RefType.REFERENCES, name) for name in mail.returned.message_ids]
    named += [(RefType.IN_REPLY_TO, name) for name in mail.in_reply_to]
    named += [(RefType.REFERENCES, name) for name in reversed(mail.references)]
    seen: set[UUID] = set()
    rows: list[dict[str, Any]] = []
    for kind, name in named:
        digest = mark(name)
        if digest not in seen:
            seen.add(digest)
            rows.append({"message_id": message_id, "ref_type": kind, "position": len(rows), "mark": digest})
    return rows


def attachment_rows(message_id: UUID, read: ReadMail) -> list[dict[str, Any]]:
    """One row a part, also when two parts hold equal bytes."""
    return [
        {
            "message_id": message_id,
            "ordinal": part.ordinal,
            "blob_id": blob_id,
            "filename": part.filename,
            "content_type": part.content_type,
            "size_bytes": part.size,
            "sha256": part.sha256,
            "is_inline": part.is_inline,
            "content_id": part.content_id,
        }
        for part, blob_id in zip(read.mail.attachments, read.blob_ids, strict=True)
    ]
