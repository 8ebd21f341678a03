"""Who knocks at a documented door, in the documented order of checks; the source's secrets are read on the way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address

from starlette.requests import Request

from waypost.archive.access import ASK, READ
from waypost.archive.intake.desk import IntakeDesk
from waypost.archive.intake.refusals import (
    AuthNotConfigured,
    MissingDeliveryId,
    NotConfigured,
    OpsTokenMissing,
    ShuttingDown,
    SignatureRefused,
    Unauthorized,
)
from waypost.archive.intake.signature import HEADER, fits, parsed, retry_message
from waypost.archive.sources.models import DEFAULT, Source
from waypost.platform.access import MACHINE, Key
from waypost.platform.errors import Refusal
from waypost.platform.parts import MissingPart
from waypost.platform.web.doors import works_of
from waypost.platform.work import Work

DELIVERY = "x-zammad-delivery"


@dataclass(frozen=True, slots=True)
class Knock:
    """One call that may come in: its work is open, its body whole."""

    desk: IntakeDesk
    work: Work
    source: Source
    body: bytes
    delivery_id: str | None
    request_id: str

    @property
    def body_sha256(self) -> bytes:
        """What the delivery's row remembers of it."""
        return sha256(self.body).digest()


def desk_of(request: Request) -> IntakeDesk:
    """The part; refuses with `NotConfigured` where the process has none."""
    try:
        desk: IntakeDesk = request.app.state.parts.of(IntakeDesk)
    except MissingPart:
        raise NotConfigured from None
    return desk


def key_of(request: Request) -> str:
    """The source that an address names; without a name, the environment's."""
    return str(request.path_params.get("source_key", DEFAULT))


@asynccontextmanager
async def signed(request: Request) -> AsyncIterator[Knock]:
    """A webhook: whole, not too large, numbered where that is asked for, signed, and not one too many."""
    body = await request.body()
    desk = desk_of(request)
    delivery = request.headers.get(DELIVERY, "").strip() or None
    if desk.terms.require_delivery_id and delivery is None:
        raise MissingDeliveryId
    async with _opened(request, desk) as (work, source):
        _check_signature(request, desk, source, body)
        _count(request, desk, source)
        yield Knock(desk, work, source, body, delivery, request_id_of(request))


@asynccontextmanager
async def ordered(request: Request) -> AsyncIterator[Knock]:
    """An operator's order for one ticket: a bearer token, or a signature over its address."""
    body = await request.body()
    desk = desk_of(request)
    async with _opened(request, desk) as (work, source):
        if not desk.terms.open_retry:
            await _check_order(request, desk, source, body)
        refuse_when_closing(desk)
        yield Knock(desk, work, source, body, None, request_id_of(request))


@asynccontextmanager
async def asked(
    request: Request, missing: type[Refusal] = OpsTokenMissing, *, needs: Key = READ, open_to_all: bool = False
) -> AsyncIterator[Knock]:
    """An operator's question, or an order that concerns the queue."""
    desk = desk_of(request)
    async with _opened(request, desk) as (work, source):
        if not open_to_all:
            await check_bearer(request, desk, source, missing, needs)
        yield Knock(desk, work, source, b"", None, request_id_of(request))


async def check_bearer(
    request: Request, desk: IntakeDesk, source: Source, missing: type[Refusal], needs: Key = READ
) -> None:
    """The operators' token, or an API key of the source's organisation that carries `needs`."""
    if desk.is_operator(request.headers.get("authorization", "")) or await _holds_key(request, source, needs):
        return
    raise missing if desk.terms.admin_token is None else Unauthorized


def refuse_when_closing(desk: IntakeDesk) -> None:
    """Nothing is accepted any more; the sender comes back."""
    if desk.closing:
        raise ShuttingDown


def request_id_of(request: Request) -> str:
    """As every answer carries it."""
    return str(request.scope.get("state", {}).get("request_id", ""))


@asynccontextmanager
async def _opened(request: Request, desk: IntakeDesk) -> AsyncIterator[tuple[Work, Source]]:
    """One short work of the source's organisation."""
    works, key = works_of(request), key_of(request)
    org = await desk.organisation(works, key)
    async with works.open(org, MACHINE) as work:
        yield work, await desk.source(work, key)


def _check_signature(request: Request, desk: IntakeDesk, source: Source, body: bytes) -> None:
    secrets = desk.secrets(source)
    if not secrets:
        if not (desk.terms.allow_unsigned and desk.outside_prod and _is_near(request)):
            raise AuthNotConfigured
        return
    signature = parsed(request.headers.get(HEADER))
    if signature is None or not fits(signature, body, secrets):
        desk.suspect(address_of(request))
        raise SignatureRefused


async def _check_order(request: Request, desk: IntakeDesk, source: Source, body: bytes) -> None:
    signature, secrets = parsed(request.headers.get(HEADER)), desk.secrets(source)
    if signature is not None:
        if secrets and fits(signature, retry_message(request.url.path, body), secrets):
            return
        desk.suspect(address_of(request))
        raise SignatureRefused
    await check_bearer(request, desk, source, OpsTokenMissing, ASK)


async def _holds_key(request: Request, source: Source, needs: Key) -> bool:
    """Only what a header says counts: a browser's cookie would come along uninvited."""
    if "authorization" not in request.headers:
        return False
    caller = await request.app.state.resolve_caller(request)
    return caller is not None and not caller.by_cookie and caller.org_id == source.org_id and needs in caller.keys


def _count(request: Request, desk: IntakeDesk, source: Source) -> None:
    header = desk.terms.sender_header
    sender = request.headers.get(header, "").partition(",")[0].strip() if header else ""
    desk.admit(f"{source.id}:{sender}")


def address_of(request: Request) -> str:
    """Where a call comes from."""
    return request.client.host if request.client else "unknown"


def _is_near(request: Request) -> bool:
    try:
        return ip_address(address_of(request)).is_loopback
    except ValueError:
        return False
