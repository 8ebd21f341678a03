"""Connecting Gmail, for people: the way to Google, the way back, the page that says how it went."""

from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from waypost.platform.errors import NotFound, Refusal
from waypost.platform.web.doors import Reads, Staged, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.platform.work import Work
from waypost.ticketing.mailboxes import queries
from waypost.ticketing.mailboxes.access import READ, STEER
from waypost.ticketing.mailboxes.google import actions
from waypost.ticketing.mailboxes.google.account import Google
from waypost.ticketing.mailboxes.google.connecting import Callback, finish
from waypost.ticketing.mailboxes.google.words import (
    AnotherJournal,
    CodeMissing,
    ConsentRefused,
    ExchangeFailed,
    GoogleNotSetUp,
    NoRefreshToken,
    ProfileUnclear,
    ScopeMissing,
    StateRefused,
)
from waypost.ticketing.mailboxes.models import Mailbox

pages = Pages()
CONSENT, CONNECTED = "ticketing/mailboxes/google/consent.html", "ticketing/mailboxes/google/connected.html"
ENDINGS: tuple[type[Refusal], ...] = (
    ConsentRefused,
    CodeMissing,
    StateRefused,
    NoRefreshToken,
    ScopeMissing,
    AnotherJournal,
    ExchangeFailed,
    ProfileUnclear,
)
"""What may end a connection; each has the code that the browser is sent on with."""
SENTENCES = {kind.code: kind for kind in ENDINGS}


@pages.post("/mailboxes/gmail/journal/consent", needs=STEER)
async def ask(request: Request, work: Writes) -> Page:
    """A page with the link to Google: a form itself may lead nowhere else (`form-action`)."""
    google: Google = request.app.state.parts.of(Google)
    google.terms.check()
    secrets = await actions.ask_consent(work, google.vault)
    address = google.consent.address(secrets.state, secrets.verifier)
    return Page(CONSENT, address=address, sends=google.terms.sends, minutes=int(actions.LIFE.total_seconds() // 60))


@pages.get("/mailboxes/gmail/oauth/callback", needs=STEER)
async def callback(
    request: Request, stages: Staged, state: str = "", code: str | None = None, error: str | None = None
) -> Response:
    """Google's answer; the browser goes on to the page of the web client, whatever came of it."""
    google: Google = request.app.state.parts.of(Google)
    try:
        found = {"mailbox_id": str(await finish(stages.open, google, Callback(state, code, error)))}
    except Refusal as refusal:
        if not isinstance(refusal, (*ENDINGS, GoogleNotSetUp)):
            raise
        found = {"error": refusal.code or "google"}
    answer = RedirectResponse(f"{google.terms.connected}?{urlencode(found)}", 303)
    answer.headers["cache-control"] = "no-store"
    return answer


class NothingConnected(NotFound):
    """Nothing was connected just now."""

    goto = "/mailboxes"


@pages.get("/mailboxes/connected", needs=READ)
async def connected(work: Reads, mailbox_id: str = "", error: str = "") -> Page:
    """How it went; an id that is none, or another organisation's, shows nothing of anybody's."""
    if not mailbox_id and not error:
        raise NothingConnected
    kind = SENTENCES.get(error, ExchangeFailed) if error else None
    mailbox = None if kind else await _mailbox(work, mailbox_id)
    condition = queries.condition(mailbox, work.now).value if mailbox else None
    return Page(CONNECTED, blocks=("outcome",), refusal=kind, mailbox=mailbox, condition=condition)


async def _mailbox(work: Work, text: str) -> Mailbox:
    try:
        return await queries.by_id(work.db, UUID(text))
    except (ValueError, NotFound):
        raise queries.NoSuchMailbox from None


@pages.post("/mailboxes/{mailbox_id}/disconnection", needs=STEER)
async def disconnect(mailbox_id: UUID, work: Writes) -> Page:
    """Stop reading and give our access back."""
    await actions.disconnect(work, mailbox_id)
    return Page(CONNECTED, goto="/mailboxes")
