"""From Google's answer to a connected mailbox: short works around two calls, nothing half done."""

from dataclasses import dataclass, field
from uuid import UUID

from waypost.platform.errors import Refusal, Retryable
from waypost.ticketing.mailboxes.google import actions
from waypost.ticketing.mailboxes.google.account import Google
from waypost.ticketing.mailboxes.google.actions import NewGmail
from waypost.ticketing.mailboxes.google.answers import Tokens, number
from waypost.ticketing.mailboxes.google.words import (
    CodeMissing,
    ConsentRefused,
    ExchangeFailed,
    GoogleUnclear,
    NoRefreshToken,
    ProfileUnclear,
    ScopeMissing,
)
from waypost.ticketing.mailboxes.new_login import OpenWork


@dataclass(frozen=True, slots=True)
class Callback:
    """What Google's redirect says (RFC 6749, 4.1.2)."""

    state: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    error: str | None = None


async def finish(open_work: OpenWork, google: Google, said: Callback) -> UUID:
    """The connected mailbox. The state is used up, and that is committed, before Google is asked anything.

    Refuses with the classes of `words` that have a `code`.
    """
    google.terms.check()
    async with open_work() as work:
        verifier = await actions.use_state(work, google.vault, said.state)
    if said.error:
        raise ConsentRefused
    if not said.code:
        raise CodeMissing
    new = await checked(google, said.code, verifier)
    async with open_work() as work:
        return (await actions.connect(work, google.vault, new)).id


async def checked(google: Google, code: str, verifier: str, *, redirect: str | None = None) -> NewGmail:
    """A code's consent, with everything we need in it."""
    try:
        tokens = await google.consent.exchange(code, verifier, redirect=redirect)
    except Retryable as silent:
        raise ExchangeFailed from silent
    scopes = _granted(google, tokens)
    if not tokens.refresh_token:
        raise NoRefreshToken
    address, history_id = await _profile(google, tokens)
    return NewGmail(address, tokens.refresh_token, scopes, history_id)


def _granted(google: Google, tokens: Tokens) -> tuple[str, ...]:
    """What was allowed; RFC 6749, 5.1: a scope that is not named is the one that was asked for."""
    granted = tuple(tokens.scope.split()) if tokens.scope is not None else google.terms.scopes
    if not set(google.terms.scopes) <= set(granted):
        raise ScopeMissing
    return granted


async def _profile(google: Google, tokens: Tokens) -> tuple[str, int]:
    try:
        profile = await google.fresh(tokens.access_token, tokens.expires_in).profile()
        history_id = number(profile.historyId)
    except GoogleUnclear as unclear:
        raise ProfileUnclear from unclear
    except Refusal as trouble:
        raise ExchangeFailed from trouble
    address = profile.emailAddress.strip().lower()
    local, _, domain = address.rpartition("@")
    if not local or not domain or len(address) > 320 or any(sign.isspace() for sign in address):
        raise ProfileUnclear
    return address, history_id
