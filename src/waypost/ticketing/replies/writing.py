"""What a person typed, as the reply will say it: pure checks and clean values."""

import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from waypost.platform.errors import Invalid
from waypost.ticketing.outbound.addresses import addresses
from waypost.ticketing.outbound.writing_mail import bounded, message_ids, one_line
from waypost.ticketing.tickets.models import Status

MOST_TO, MOST_CC, SUBJECT_LONGEST, BODY_LONGEST = 50, 50, 998, 100_000
SNIPPET = 280
_PREFIXES = re.compile(r"(?:\s*(?:re|fwd?|aw|wg)\s*(?:\[\d{1,4}\]|\(\d{1,4}\))?\s*:)+\s*", re.IGNORECASE)


class NobodyToWriteTo(Invalid):
    """To needs at least one address that is not one of our own mailboxes."""


class TooManyRecipients(Invalid):
    """To holds at most 50 addresses, and so does Cc."""


class EmptyReply(Invalid):
    """A reply needs some text."""


class ReplyTooLong(Invalid):
    """A reply holds at most 100,000 characters."""


class EmptySubject(Invalid):
    """A reply needs a subject beyond its prefix."""


class SubjectTooLong(Invalid):
    """A subject holds at most 998 characters."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes along; its bytes are stored as an attachment blob."""

    blob_id: UUID
    filename: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as a person wants it. `body_html` must be sanitised; without it the mail has text only.

    `seen`: the version of the thread it was written against (`queries.thread_version`); None does not ask.
    `status_after`: where the ticket then stands; None leaves it.
    """

    send_identity_id: UUID
    to_emails: tuple[str, ...]
    subject: str
    body_text: str
    cc_emails: tuple[str, ...] = ()
    body_html: str | None = None
    files: tuple[Enclosed, ...] = ()
    quote_start: int | None = None
    """Where in `body_text` the quoted history begins."""
    status_after: Status | None = None
    seen: str | None = None
    send_anyway: bool = False

    def digest(self, author_id: UUID | None) -> bytes:
        """Of everything that will be said, and by whom."""
        files = [f"{one.blob_id}:{one.filename}" for one in self.files]
        people = [str(author_id), str(self.send_identity_id), sorted(self.to_emails), sorted(self.cc_emails)]
        said = [*people, self.subject, self.body_text, self.body_html, files]
        return hashlib.sha256(json.dumps(said).encode()).digest()


def checked(reply: Reply, own: Collection[str], posting_domain: str) -> Reply:
    """The reply with clean values. Addresses in `own`, and our `ticket+…` ones, are left out: they would loop."""
    to = _recipients(reply.to_emails, "to_emails", own, posting_domain)
    cc = _recipients(reply.cc_emails, "cc_emails", own, posting_domain)
    if not to:
        raise NobodyToWriteTo(errors=[{"field": "to_emails", "msg": "name somebody"}])
    if len(to) > MOST_TO or len(cc) > MOST_CC:
        raise TooManyRecipients(
            errors=[{"field": "to_emails" if len(to) > MOST_TO else "cc_emails", "msg": "too many"}]
        )
    return replace(
        reply,
        to_emails=tuple(to),
        cc_emails=tuple(one for one in cc if one not in to),
        subject=_subject(reply.subject),
        body_text=_body(reply.body_text),
    )


def _recipients(typed: Collection[str], field: str, own: Collection[str], domain: str) -> list[str]:
    found = addresses([one for one in typed if one.strip()], field)
    loops = [one for one in found if domain and one.startswith("ticket+") and one.endswith(f"@{domain}")]
    return [one for one in found if one not in own and one not in loops]


def _subject(typed: str) -> str:
    subject = clean(one_line(typed))
    if not bare(subject):
        raise EmptySubject(errors=[{"field": "subject", "msg": "write a subject"}])
    if len(subject) > SUBJECT_LONGEST:
        raise SubjectTooLong(errors=[{"field": "subject", "msg": "at most 998 characters"}])
    return subject


def _body(typed: str) -> str:
    body = clean(typed).replace("\r\n", "\n").replace("\r", "\n").rstrip()
    if not body.strip():
        raise EmptyReply(errors=[{"field": "body_text", "msg": "write something"}])
    if len(body) > BODY_LONGEST:
        raise ReplyTooLong(errors=[{"field": "body_text", "msg": "at most 100,000 characters"}])
    return body


def clean(text: str) -> str:
    """Without what no database and no mail can hold: NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def bare(subject: str) -> str:
    """A subject of ours without the prefixes that answering puts before it."""
    return " ".join(_PREFIXES.sub("", subject, count=1).split())


def norm(subject: str, ticket_norm: str) -> str:
    """The bare subject; the ticket's own spelling of it where it is the same topic under a foreign prefix."""
    own = bare(subject)
    _, colon, rest = own.partition(":")
    return ticket_norm if colon and rest.split() == ticket_norm.split() else own


def snippet(text: str) -> str:
    """The first words, on one line."""
    return " ".join(text[: SNIPPET * 4].split())[:SNIPPET]


def chain(parent_id: str, headers: dict[str, list[str]]) -> list[str]:
    """References of an answer: its parent's, or whom the parent answered, then the parent (RFC 5322 section 3.6.4)."""
    named = {name.lower(): " ".join(values) for name, values in headers.items()}
    earlier = message_ids(named.get("references", "")) or message_ids(named.get("in-reply-to", ""))[:1]
    (parent,) = message_ids(parent_id) or [""]
    if not parent:
        return []
    return bounded([*(one for one in earlier if one != parent), parent])
