"""Mailboxes for programs, as documented; the same addresses serve every provider."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import BaseModel, ConfigDict

from waypost.platform.http.addresses import Trust
from waypost.platform.parts import Parts
from waypost.platform.safety.vault import Vault
from waypost.platform.web.doors import Doors, Reads, Staged, Writes
from waypost.ticketing.mailboxes import actions, queries, shapes
from waypost.ticketing.mailboxes.access import READ, STEER
from waypost.ticketing.mailboxes.google.account import Google
from waypost.ticketing.mailboxes.google.asking import gmail_connectivity
from waypost.ticketing.mailboxes.imap_words import ImapTerms
from waypost.ticketing.mailboxes.models import Provider
from waypost.ticketing.mailboxes.new_login import take_login
from waypost.ticketing.mailboxes.queries import BACKFILL, HISTORY
from waypost.ticketing.mailboxes.testing import connectivity, try_login
from waypost.ticketing.mailboxes.typed import TypedImap, TypedLogin
from waypost.ticketing.messages.cursors import cursor, parse_cursor, parse_ranked, ranked_cursor
from waypost.ticketing.messages.listing import Listing, up_to

api = Doors()
Asked = Annotated[Listing, Depends(up_to(queries.MOST))]


@api.get("/mailboxes", needs=READ)
async def list_mailboxes(work: Reads, asked: Asked) -> list[dict[str, Any]]:
    """All of them, newest first, imported ones last. With `limit` a page of them, and a `Link` to the next."""
    found = await queries.connected(work.db, parse_ranked(asked.cursor), asked.limit + 1)
    shown = asked.cut(found, lambda last: ranked_cursor(queries.is_imported(last), last.created_at, last.id))
    return [shapes.mailbox(each) for each in shown]


@api.get("/ops/mailboxes/sync", needs=READ)
async def reading_overview(work: Reads, asked: Asked) -> dict[str, Any]:
    """How reading goes everywhere, newest change first. With `limit` a page, and a `Link` to the next."""
    rows = await queries.recently_changed(work.db, parse_cursor(asked.cursor), asked.limit + 1)
    found = asked.cut(rows, lambda last: cursor(last.updated_at, last.id))
    ids = [each.id for each in found]
    counts, waits = await queries.job_counts(work.db, ids, work.now), await queries.waiting_since(work.db, ids)
    return {"items": [shapes.overview_line(each, counts[each.id], work.now, waits.get(each.id)) for each in found]}


@api.post("/mailboxes/imap", needs=STEER, status_code=201)
async def connect_imap(typed: TypedImap, request: Request, stages: Staged) -> dict[str, Any]:
    """Test the login, then keep it."""
    parts: Parts = request.app.state.parts
    new = typed.described(Trust.TENANT)
    await try_login(new.login, parts.of(ImapTerms))
    async with stages.open() as work:
        return shapes.mailbox(await actions.add_imap(work, parts.of(Vault), new))


@api.post("/mailboxes/{mailbox_id}/login", needs=STEER)
async def change_login(mailbox_id: UUID, typed: TypedLogin, request: Request, stages: Staged) -> dict[str, Any]:
    """Test a new login, then read with it at once; what is left out stays, but for the password."""
    parts: Parts = request.app.state.parts
    return shapes.mailbox(await take_login(stages.open, mailbox_id, typed, parts.of(Vault), parts.of(ImapTerms)))


class MailboxChange(BaseModel):
    """What changes of a mailbox."""

    model_config = ConfigDict(extra="ignore")

    is_enabled: bool


@api.patch("/mailboxes/{mailbox_id}", needs=STEER)
async def change_mailbox(work: Writes, mailbox_id: UUID, change: MailboxChange) -> dict[str, Any]:
    """Stop reading it for good, or begin again where it stopped."""
    return shapes.mailbox(await actions.switch(work, mailbox_id, on=change.is_enabled))


@api.get("/mailboxes/{mailbox_id}/connectivity", needs=READ)
async def ask_connectivity(mailbox_id: UUID, request: Request, stages: Staged) -> dict[str, Any]:
    """Whether it can be read right now; looking changes nothing."""
    parts: Parts = request.app.state.parts
    reading = partial(stages.open, reads=True)
    async with reading() as work:
        provider = (await queries.by_id(work.db, mailbox_id)).provider
    if provider == Provider.GMAIL:
        found = await gmail_connectivity(reading, mailbox_id, parts.of(Google))
    else:
        found = await connectivity(reading, mailbox_id, parts.of(Vault), parts.of(ImapTerms))
    profile, scopes = found.profile, list(found.scopes)
    return {"status": found.condition, "profile_email": profile, "scopes": scopes, "error": found.error}


@api.get("/mailboxes/{mailbox_id}/sync/status", needs=READ)
async def sync_status(mailbox_id: UUID, work: Reads) -> dict[str, Any]:
    """How far reading has come."""
    mailbox = await queries.by_id(work.db, mailbox_id)
    counts = await queries.job_counts(work.db, [mailbox_id], work.now)
    waits = await queries.waiting_since(work.db, [mailbox_id])
    return shapes.sync_status(mailbox, counts[mailbox_id], work.now, waits.get(mailbox_id))


@api.post("/mailboxes/{mailbox_id}/sync/history", needs=STEER)
async def sync_history(mailbox_id: UUID, work: Writes) -> dict[str, Any]:
    """Look for new mail now."""
    return shapes.job_asked(HISTORY, await actions.ask_history(work, mailbox_id))


@api.post("/mailboxes/{mailbox_id}/sync/backfill", needs=STEER)
async def sync_backfill(mailbox_id: UUID, work: Writes) -> dict[str, Any]:
    """Compare everything once more."""
    return shapes.job_asked(BACKFILL, await actions.ask_backfill(work, mailbox_id))


@api.post("/mailboxes/{mailbox_id}/sync/pause", needs=STEER)
async def sync_pause(
    mailbox_id: UUID, work: Writes, minutes: Annotated[int, Query(ge=1, le=10_080)] = 30
) -> dict[str, Any]:
    """Rest for some minutes."""
    mailbox = await actions.pause(work, mailbox_id, minutes)
    until, reason = mailbox.ingestion_paused_until, mailbox.ingestion_pause_reason
    return {"mailbox_id": mailbox_id, "paused": True, "paused_until": until, "pause_reason": reason}


@api.post("/mailboxes/{mailbox_id}/sync/resume", needs=STEER)
async def sync_resume(mailbox_id: UUID, work: Writes) -> dict[str, Any]:
    """End the rest and look at once."""
    job_id = await actions.resume(work, mailbox_id)
    return {"mailbox_id": mailbox_id, "resumed": True, "history_sync_job_id": job_id}
