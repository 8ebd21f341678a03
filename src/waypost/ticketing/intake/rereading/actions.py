"""The verb: put a new reading in the place of the old one. Where a message belongs was decided and is not asked again.

Threads, tickets, marks of recognition and what people did stay; a file that was there once stays there.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from waypost.platform.rows import among, insert_rows, packs
from waypost.platform.storage.blobs import BlobGone
from waypost.platform.work import Work
from waypost.ticketing.intake.keeping import PARSER_VERSION, ReadMail, attachment_rows, content_row
from waypost.ticketing.intake.rereading import queries
from waypost.ticketing.intake.rereading.models import FormerContent, RereadingAsked
from waypost.ticketing.messages.models import Attachment, Content
from waypost.ticketing.tickets.models import SearchText
from waypost.ticketing.tickets.words import searchable
from waypost.ticketing.tickets.writing import INSERT_TEXTS

STANDING = ("message_id", "content_version", "parser_version", "parsed_at", "attachment_count")
"""Fields of a content that are not what was understood."""


async def ask(work: Work, message_id: UUID) -> None:
    """A person wants one message read anew, whatever read it. Refuses with `BlobGone` what has no bytes any more."""
    if await queries.bytes_are_gone(work.db, message_id):
        raise BlobGone("The raw mail was removed when its time was over; what was understood of it stays.")
    work.tell(RereadingAsked(message_id))


async def pass_over(work: Work, message_ids: Sequence[UUID]) -> None:
    """Today's reader has had its turn, also where there was nothing to read or it understood nothing."""
    late = update(Content).where(among(Content.message_id, message_ids), Content.parser_version < PARSER_VERSION)
    await work.db.execute(late.values(parser_version=PARSER_VERSION), execution_options={"synchronize_session": False})


async def replace(work: Work, mails: Mapping[UUID, ReadMail]) -> int:
    """Write what today's reader understands of messages; how many read otherwise than before.

    A reading that says the same makes no new version. Twice is once.
    """
    standing = await queries.contents(work.db, mails.keys())
    changed = [one for message_id, one in standing.items() if _reads_anew(work, one, mails[message_id])]
    await work.db.flush()
    await _add_files(work, {one: mails[one] for one in standing})
    await _search_anew(work, changed)
    await pass_over(work, list(mails))
    return len(changed)


def _reads_anew(work: Work, content: Content, read: ReadMail) -> bool:
    row = content_row(content.message_id, read, work.now)
    new = {name: value for name, value in row.items() if name not in STANDING}
    before = {name: getattr(content, name) for name in new if getattr(content, name) != new[name]}
    if not before:
        return False
    work.db.add(_former(work, content, before))
    for name in before:
        setattr(content, name, new[name])
    content.content_version += 1
    content.parser_version, content.parsed_at = PARSER_VERSION, work.now
    return True


def _former(work: Work, content: Content, before: dict[str, Any]) -> FormerContent:
    said = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in before.items()}
    return FormerContent(
        message_id=content.message_id,
        content_version=content.content_version,
        parser_version=content.parser_version,
        parsed_at=content.parsed_at,
        replaced_at=work.now,
        said=said,
    )


async def _add_files(work: Work, mails: Mapping[UUID, ReadMail]) -> None:
    """Parts that the old reader overlooked come after those that are there."""
    there: dict[UUID, list[Attachment]] = {message_id: [] for message_id in mails}
    for one in await queries.attachments(work.db, mails.keys()):
        there[one.message_id].append(one)
    rows: list[dict[str, Any]] = []
    for message_id, read in mails.items():
        fresh = _overlooked(there[message_id], attachment_rows(message_id, read))
        rows += fresh
        if fresh:
            counted = update(Content).where(Content.message_id == message_id)
            await work.db.execute(counted.values(attachment_count=len(there[message_id]) + len(fresh)))
    await insert_rows(work.db, Attachment, rows)


def _overlooked(there: Sequence[Attachment], found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Equal bytes twice are two parts: each that is there answers for one of the found ones."""
    known = [one.sha256 for one in there]
    following = max((one.ordinal for one in there), default=-1) + 1
    fresh: list[dict[str, Any]] = []
    for row in found:
        if row["sha256"] in known:
            known.remove(row["sha256"])
        else:
            fresh.append(row | {"ordinal": following + len(fresh)})
    return fresh


async def _search_anew(work: Work, changed: Sequence[Content]) -> None:
    """The search knows today's words, at the same place."""
    said = {one.message_id: one for one in changed}
    place = select(SearchText.id, SearchText.ticket_id, SearchText.message_id, SearchText.at)
    rows = [_words(row, said[row.message_id]) for row in await work.db.execute(place.where(_of(said)))]
    await work.db.execute(delete(SearchText).where(_of(said)))
    for pack in packs(rows):
        await work.db.execute(INSERT_TEXTS, {"rows": pack})


def _of(said: Mapping[UUID, Content]) -> Any:
    return among(SearchText.message_id, said.keys())


def _words(row: Any, content: Content) -> dict[str, Any]:
    place = {"id": row.id, "ticket_id": row.ticket_id, "message_id": row.message_id, "at": row.at}
    words = {"subject": searchable(content.subject or ""), "body": searchable(content.body_text or "")}
    return place | words | {"language": content.language}
