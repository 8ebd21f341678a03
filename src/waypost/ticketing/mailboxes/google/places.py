"""How far a Gmail mailbox has been read: written by its reader alone, forwards only, by compare-and-set."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, update

from waypost.platform.ids import new_id
from waypost.platform.rows import insert_missing
from waypost.platform.work import Work
from waypost.ticketing.mailboxes.actions import look_now
from waypost.ticketing.mailboxes.google.models import GmailAccount
from waypost.ticketing.mailboxes.models import Mailbox
from waypost.ticketing.mailboxes.queries import by_id
from waypost.ticketing.mailboxes.syncing import CursorMoved
from waypost.ticketing.messages.models import Occurrence, State

GONE, DRAFT = "gone", "draft"
ROWS: dict[str, Any] = {"synchronize_session": False}
"""Rows are changed in the database; nobody holds them as objects here."""


async def begin(work: Work, mailbox_id: UUID, pinned: int) -> None:
    """Everything is read from now on; a cursor that was lost stands where the history was before the listing."""
    await work.db.execute(
        update(Mailbox)
        .where(Mailbox.id == mailbox_id)
        .values(gmail_history_id=func.coalesce(Mailbox.gmail_history_id, pinned))
        .execution_options(**ROWS)
    )
    await _account(work, mailbox_id, backfill_began_at=work.now, backfill_page=None)


async def turn_page(work: Work, mailbox_id: UUID, was: str | None, following: str | None) -> None:
    """A page is safe; refuses with `CursorMoved` when somebody else turned it."""
    moved = await work.db.execute(
        update(GmailAccount)
        .where(GmailAccount.mailbox_id == mailbox_id, GmailAccount.backfill_page.is_not_distinct_from(was))
        .values(backfill_page=following)
        .returning(GmailAccount.id)
        .execution_options(**ROWS)
    )
    if moved.one_or_none() is None:
        raise CursorMoved


async def end(work: Work, mailbox_id: UUID) -> None:
    """Everything was read; what came meanwhile is looked for at once."""
    await _account(work, mailbox_id, backfill_began_at=None, backfill_page=None)
    mailbox = await by_id(work.db, mailbox_id)
    if mailbox.is_enabled:
        await look_now(work, mailbox, "post_backfill")


async def move(work: Work, mailbox_id: UUID, was: int, to: int) -> None:
    """The listing reaches this far; never backwards, and refuses with `CursorMoved` when somebody else moved it."""
    moved = await work.db.execute(
        update(Mailbox)
        .where(Mailbox.id == mailbox_id, Mailbox.gmail_history_id == was)
        .values(gmail_history_id=func.greatest(Mailbox.gmail_history_id, to))
        .returning(Mailbox.id)
        .execution_options(**ROWS)
    )
    if moved.one_or_none() is None:
        raise CursorMoved


async def note(work: Work, mailbox_id: UUID, *, gone: Sequence[str], drafts: Sequence[str]) -> None:
    """Ids that were listed and are no mail of ours: deleted before we came, or never sent."""
    said = [(one, GONE) for one in gone] + [(one, DRAFT) for one in drafts]
    rows = [
        {
            "id": new_id(),
            "mailbox_id": mailbox_id,
            "provider_id": provider_id,
            "labels": [],
            "received_at": work.now,
            "state": State.ROUTED,
            "routed_at": work.now,
            "route_reason": reason,
            "updated_at": work.now,
        }
        for provider_id, reason in said
    ]
    if rows:
        await insert_missing(work.db, Occurrence, rows)


async def _account(work: Work, mailbox_id: UUID, **values: object) -> None:
    change = update(GmailAccount).where(GmailAccount.mailbox_id == mailbox_id).values(**values)
    await work.db.execute(change.execution_options(**ROWS))
