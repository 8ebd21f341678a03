"""Mailboxes for people: the list with how each is doing, and the form that connects one."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Request
from pydantic import ValidationError

from waypost.platform.errors import Refusal
from waypost.platform.http.addresses import Trust
from waypost.platform.parts import Parts
from waypost.platform.safety.vault import Vault
from waypost.platform.web.doors import Reads, Staged, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.mailboxes import actions, queries
from waypost.ticketing.mailboxes.access import READ, STEER
from waypost.ticketing.mailboxes.imap_words import ImapTerms
from waypost.ticketing.mailboxes.testing import try_login
from waypost.ticketing.mailboxes.typed import TypedImap

pages = Pages()
LIST, FORM = "ticketing/mailboxes/mailboxes.html", "ticketing/mailboxes/connect.html"
HERE = "/mailboxes"
KEPT = ("email_address", "host", "port", "tls", "username", "folder", "purpose", "display_name", "only_new")
"""Fields that an answer with errors shows again; the password is typed anew."""


@pages.get("/mailboxes", needs=READ)
async def mailboxes_page(work: Reads) -> Page:
    """Every mailbox with its state."""
    found = await queries.connected(work.db)
    hosts = await queries.hosts(work.db)
    lines = [(each, queries.condition(each, work.now).value, hosts.get(each.id)) for each in found]
    return Page(LIST, blocks=("mailboxes",), lines=lines, now=work.now)


@pages.get("/mailboxes/new", needs=STEER)
async def connect_page() -> Page:
    """The empty form."""
    return _form({}, {}, None)


@pages.post("/mailboxes", needs=STEER)
async def connect(request: Request, stages: Staged) -> Page:
    """Test what was typed, then keep it; what is wrong stands beside what was typed."""
    given = {name: value for name, value in (await request.form()).items() if isinstance(value, str) and value}
    try:
        new = TypedImap.model_validate(given).described(Trust.TENANT)
    except ValidationError as wrong:
        return _form(given, {str(e["loc"][0]): _said(e) for e in wrong.errors(include_url=False)}, None)
    parts: Parts = request.app.state.parts
    try:
        await try_login(new.login, parts.of(ImapTerms))
        async with stages.open() as work:
            await actions.add_imap(work, parts.of(Vault), new)
    except Refusal as refusal:
        return _form(given, {}, refusal)
    return Page(LIST, goto=HERE)


@pages.post("/mailboxes/{mailbox_id}/pause", needs=STEER)
async def pause(mailbox_id: UUID, work: Writes, minutes: Annotated[int, Form(ge=1, le=10_080)] = 30) -> Page:
    """Rest for some minutes."""
    await actions.pause(work, mailbox_id, minutes)
    return Page(LIST, goto=HERE)


@pages.post("/mailboxes/{mailbox_id}/resumption", needs=STEER)
async def resume(mailbox_id: UUID, work: Writes) -> Page:
    """Go on, or try again."""
    await actions.resume(work, mailbox_id)
    return Page(LIST, goto=HERE)


@pages.post("/mailboxes/{mailbox_id}/look", needs=STEER)
async def look(mailbox_id: UUID, work: Writes) -> Page:
    """Look for new mail now."""
    await actions.ask_history(work, mailbox_id)
    return Page(LIST, goto=HERE)


@pages.post("/mailboxes/{mailbox_id}/switch", needs=STEER)
async def switch(mailbox_id: UUID, work: Writes, on: Annotated[bool, Form()] = False) -> Page:
    """Stop reading, or begin again."""
    await actions.switch(work, mailbox_id, on=on)
    return Page(LIST, goto=HERE)


def _form(given: dict[str, Any], errors: dict[str, str], refusal: Refusal | None) -> Page:
    typed = {name: given.get(name, "") for name in KEPT}
    status = refusal.status if refusal else 422 if errors else 200
    said = {name: errors.get(name) for name in (*KEPT, "password")}
    return Page(FORM, blocks=("form",), status=status, typed=typed, errors=said, refusal=refusal)


def _said(error: Any) -> str:
    return str(error["msg"]).removeprefix("Value error, ")
