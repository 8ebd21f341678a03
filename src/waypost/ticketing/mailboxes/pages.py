"""Mailboxes for people: the list with how each is doing, the form that connects one, the form of a new login."""

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
from waypost.ticketing.mailboxes.google import queries as google_queries
from waypost.ticketing.mailboxes.google.account import Google
from waypost.ticketing.mailboxes.google.words import ConsentNeeded
from waypost.ticketing.mailboxes.imap_words import ImapTerms
from waypost.ticketing.mailboxes.models import Mailbox
from waypost.ticketing.mailboxes.new_login import MENDABLE, take_login
from waypost.ticketing.mailboxes.testing import try_login
from waypost.ticketing.mailboxes.typed import TypedImap, TypedLogin
from waypost.ticketing.messages.listing import leaf

pages = Pages()
LIST, FORM = "ticketing/mailboxes/mailboxes.html", "ticketing/mailboxes/connect.html"
LOGIN = "ticketing/mailboxes/login.html"
HERE = "/mailboxes"
CONSENT = ConsentNeeded.kind()
KEPT = ("email_address", "host", "port", "tls", "username", "folder", "purpose", "display_name", "only_new")
"""Fields that an answer with errors shows again; the password is typed anew."""


@pages.get("/mailboxes", needs=READ)
async def mailboxes_page(request: Request, work: Reads, at: UUID | None = None) -> Page:
    """Mailboxes with their state: the leaf on which the mailbox `at` stands."""
    shown = leaf(await queries.connected(work.db), at)
    hosts, gmail = await queries.hosts(work.db), await google_queries.accounts(work.db)
    lines = [
        (each, queries.condition(each, work.now).value, hosts.get(each.id), gmail.get(each.id)) for each in shown.rows
    ]
    known = bool(request.app.state.parts.of(Google).terms.client_id)
    offers = known and not any(each.credential_id for each in gmail.values())
    gmail_words: dict[str, Any] = {"consent": CONSENT, "knows_gmail": known, "offers_gmail": offers}
    return Page(LIST, blocks=("mailboxes",), leaf=shown, lines=lines, mendable=MENDABLE, **gmail_words)


@pages.get("/mailboxes/new", needs=STEER)
async def connect_page() -> Page:
    """The empty form."""
    return _form({}, {}, None)


@pages.post("/mailboxes", needs=STEER)
async def connect(request: Request, stages: Staged) -> Page:
    """Test what was typed, then keep it; what is wrong stands beside what was typed."""
    given = {name: value for name, value in (await _words(request)).items() if value}
    try:
        new = TypedImap.model_validate(given).described(Trust.TENANT)
    except ValidationError as wrong:
        return _form(given, _errors(wrong), None)
    parts: Parts = request.app.state.parts
    try:
        await try_login(new.login, parts.of(ImapTerms))
        async with stages.open() as work:
            await actions.add_imap(work, parts.of(Vault), new)
    except Refusal as refusal:
        return _form(given, {}, refusal)
    return Page(LIST, goto=HERE)


def _at(mailbox_id: UUID) -> str:
    return f"{HERE}?at={mailbox_id}"


@pages.get("/mailboxes/{mailbox_id}/login", needs=STEER)
async def login_page(mailbox_id: UUID, work: Reads) -> Page:
    """The login as it stands, without its password."""
    mailbox, account = await queries.with_login(work.db, mailbox_id)
    stands = {name: getattr(account, name) for name in ("host", "port", "tls", "folder")} | {"username": account.user}
    return _form(stands, {}, None, mailbox)


@pages.post("/mailboxes/{mailbox_id}/login", needs=STEER)
async def change_login(mailbox_id: UUID, request: Request, stages: Staged) -> Page:
    """Test the new login, then read with it at once; an empty port is that of the protection."""
    async with stages.open(reads=True) as work:
        mailbox, _ = await queries.with_login(work.db, mailbox_id)
    given = {name: value for name, value in (await _words(request)).items() if value or name != "port"}
    parts: Parts = request.app.state.parts
    try:
        typed = TypedLogin.model_validate(given)
        await take_login(stages.open, mailbox_id, typed, parts.of(Vault), parts.of(ImapTerms))
    except ValidationError as wrong:
        return _form(given, _errors(wrong), None, mailbox)
    except Refusal as refusal:
        return _form(given, {}, refusal, mailbox)
    return Page(LIST, goto=_at(mailbox_id))


@pages.post("/mailboxes/{mailbox_id}/pause", needs=STEER)
async def pause(mailbox_id: UUID, work: Writes, minutes: Annotated[int, Form(ge=1, le=10_080)] = 30) -> Page:
    """Rest for some minutes."""
    await actions.pause(work, mailbox_id, minutes)
    return Page(LIST, goto=_at(mailbox_id))


@pages.post("/mailboxes/{mailbox_id}/resumption", needs=STEER)
async def resume(mailbox_id: UUID, work: Writes) -> Page:
    """Go on, or try again."""
    await actions.resume(work, mailbox_id)
    return Page(LIST, goto=_at(mailbox_id))


@pages.post("/mailboxes/{mailbox_id}/look", needs=STEER)
async def look(mailbox_id: UUID, work: Writes) -> Page:
    """Look for new mail now."""
    await actions.ask_history(work, mailbox_id)
    return Page(LIST, goto=_at(mailbox_id))


@pages.post("/mailboxes/{mailbox_id}/switch", needs=STEER)
async def switch(mailbox_id: UUID, work: Writes, on: Annotated[bool, Form()] = False) -> Page:
    """Stop reading, or begin again."""
    await actions.switch(work, mailbox_id, on=on)
    return Page(LIST, goto=_at(mailbox_id))


async def _words(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def _form(
    given: dict[str, Any], errors: dict[str, str], refusal: Refusal | None, mailbox: Mailbox | None = None
) -> Page:
    """The form that connects, or the one that changes the login of `mailbox`."""
    typed = {name: given.get(name, "") for name in KEPT}
    status = refusal.status if refusal else 422 if errors else 200
    said = {name: errors.get(name) for name in (*KEPT, "password")}
    template = LOGIN if mailbox else FORM
    return Page(template, blocks=("form",), status=status, typed=typed, errors=said, refusal=refusal, mailbox=mailbox)


def _errors(wrong: ValidationError) -> dict[str, str]:
    found = wrong.errors(include_url=False)
    return {str(error["loc"][0]): str(error["msg"]).removeprefix("Value error, ") for error in found}
