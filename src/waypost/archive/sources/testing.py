"""A look at a source in stages, from its address to the fields of its tickets; each stage answers plainly.

It reads, and asks once for the removal of a tag that no ticket has, which changes nothing and tells whether we may.
"""

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

from waypost.archive.sources.models import Source
from waypost.archive.sources.opening import LARGEST_ANSWER, Zammads
from waypost.archive.sources.zammad.client import Zammad
from waypost.archive.sources.zammad.reading import Json, text
from waypost.archive.sources.zammad.words import NotInZammad, TokenRefused
from waypost.platform.errors import Invalid, Refusal
from waypost.platform.http import BadAddress, NoAnswer, PrivateAddress, UnknownHost

Name = Literal["address", "tls", "login", "permissions", "tags", "version", "fields"]
STAGES: tuple[Name, ...] = ("address", "tls", "login", "permissions", "tags", "version", "fields")
NO_SUCH_TAG = "waypost:connection-test"


@dataclass(frozen=True, slots=True)
class Stage:
    """One answer: `ok` is None where it could not be found out."""

    name: Name
    ok: bool | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """All stages in order, the account where it is known, and the refusal that stopped the look."""

    stages: tuple[Stage, ...]
    own_id: str | None = None
    stopped_by: Refusal | None = None

    @property
    def is_ready(self) -> bool:
        """Whether tickets can be archived from here; a version that is not told is no obstacle."""
        return all(stage.ok is not False for stage in self.stages) and self.own_id is not None


async def look_at(zammads: Zammads, source: Source, token: str) -> Looked:
    """Look at it as it is described, with this token."""
    done: list[Stage] = []
    try:
        async with zammads.signed_in(source, token, LARGEST_ANSWER) as zammad:
            zammad.calls.sleep = _at_once
            own = await zammad.me()
            encrypted = source.base_url.startswith("https://")
            done += [Stage("address", True), Stage("tls", True if encrypted else None, "" if encrypted else "http")]
            done.append(Stage("login", True, own.login or own.email or ""))
            done += [stage async for stage in _rights(zammad)]
            done += [await _version(zammad), await _fields(zammad, source)]
    except Refusal as refusal:
        return Looked(_stopped(done, refusal), stopped_by=refusal)
    return Looked(tuple(done), own.id)


async def _at_once(_seconds: float) -> None:
    """A person waits: what does not answer now is told so."""


async def _rights(zammad: Zammad) -> AsyncIterator[Stage]:
    """Whether the token may read tickets, and write tags."""
    try:
        sample = await zammad.any_ticket()
    except TokenRefused as refusal:
        yield Stage("permissions", False, refusal.detail)
        yield Stage("tags", None)
        return
    yield Stage("permissions", True)
    yield await _tags(zammad, sample)


async def _tags(zammad: Zammad, sample: Json | None) -> Stage:
    if sample is None:
        return Stage("tags", None, "There is no ticket to try it with.")
    try:
        await zammad.tags(text(sample.get("id")))
        await zammad.remove_tag(text(sample.get("id")), NO_SUCH_TAG)
    except (TokenRefused, NotInZammad, Invalid) as refusal:
        return Stage("tags", False, refusal.detail)
    return Stage("tags", True, zammad.removing or "")


async def _version(zammad: Zammad) -> Stage:
    said = await zammad.version()
    return Stage("version", True if said else None, said or "")


async def _fields(zammad: Zammad, source: Source) -> Stage:
    """The three fields, by the list of attributes or else by a ticket that has them."""
    known = await zammad.ticket_attributes()
    if known is None:
        sample = await zammad.any_ticket()
        known = frozenset(sample) if sample else None
    if known is None:
        return Stage("fields", None, "There is no ticket to look at.")
    missing = [name for name in (source.field_path, source.field_user_mode, source.field_user) if name not in known]
    return Stage("fields", not missing, ", ".join(missing))


def _stopped(done: list[Stage], refusal: Refusal) -> tuple[Stage, ...]:
    """The stage that failed, and those that were not reached."""
    failed = _stage_of(refusal) if not done else STAGES[len(done)]
    at = STAGES.index(failed)
    passed = done or [Stage(name, True) for name in STAGES[:at]]
    return (*passed, Stage(failed, False, refusal.detail), *(Stage(name, None) for name in STAGES[at + 1 :]))


def _stage_of(refusal: Refusal) -> Name:
    """What a first call that failed says: about the address, the certificate, or the login."""
    if _is_about_certificates(refusal):
        return "tls"
    if isinstance(refusal, (NoAnswer, UnknownHost, PrivateAddress, BadAddress)) or refusal.kind() in _OF_ADDRESSES:
        return "address"
    return "login"


_OF_ADDRESSES = frozenset(("plain-http", "local-upstream", "not-an-address", "resting"))


def _is_about_certificates(refusal: Refusal) -> bool:
    if refusal.kind() in ("unverified-tls", "bad-ca-bundle"):
        return True
    cause: BaseException | None = refusal
    while cause is not None:
        if isinstance(cause, ssl.SSLError) or "CERTIFICATE_VERIFY_FAILED" in str(cause):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
