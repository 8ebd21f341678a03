"""Adding, changing and testing a source from a door: what was said is tried outside, then written down."""

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Protocol
from uuid import UUID

from waypost.archive.sources import actions, queries
from waypost.archive.sources.models import Described, Source
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.secrets import token_of
from waypost.archive.sources.standing import looked_at
from waypost.archive.sources.testing import Looked, look_at
from waypost.archive.sources.typed import TokenNeeded, TypedSource, trust_of
from waypost.platform.clock import utc_now
from waypost.platform.http.addresses import Trust
from waypost.platform.ids import new_id
from waypost.platform.work import Work


class OpenWork(Protocol):
    """Opens short works of one caller."""

    def __call__(self, *, reads: bool = False) -> AbstractAsyncContextManager[Work]:
        """As `Stages.open` does."""
        ...


async def connect(
    open_work: OpenWork, zammads: Zammads, typed: TypedSource, trust: Trust = Trust.TENANT
) -> tuple[Source, str]:
    """A new source whose login was tried; refuses with what is wrong. Gives the webhook's secret, once."""
    described = typed.described(trust)
    if not described.token:
        raise TokenNeeded
    own_id = await _tried(zammads, described)
    async with open_work() as work:
        source, secret = await actions.add(work, zammads.vault, described)
        source.own_id = own_id
    return source, secret


async def reconnect(open_work: OpenWork, zammads: Zammads, source_id: UUID, typed: TypedSource) -> Source:
    """Another description, tried before; without a token the one that stands is tried with it.

    A token never follows an address to another host: it is typed anew then.
    """
    async with open_work(reads=True) as work:
        source = await queries.by_id(work.db, source_id)
    described = typed.described(trust_of(source, typed))
    if not described.token and described.base_url != source.base_url:
        raise TokenNeeded
    known = token_of(source, zammads.vault) if not described.token else described.token
    own_id = await _tried(zammads, replace(described, token=known))
    async with open_work() as work:
        changed = await actions.change(work, zammads.vault, source_id, described)
        changed.own_id = own_id
    return changed


async def test(open_work: OpenWork, zammads: Zammads, source_id: UUID) -> tuple[Source, Looked]:
    """Look at a source in stages, and remember how it went."""
    async with open_work(reads=True) as work:
        source = await queries.by_id(work.db, source_id)
    looked = await look_at(zammads, source, token_of(source, zammads.vault))
    async with open_work() as work:
        return await looked_at(work, source_id, looked.own_id, looked.stopped_by), looked


async def _tried(zammads: Zammads, described: Described) -> str | None:
    """Id of the account behind the token; refuses as the first look does."""
    stamps = {"created_at": utc_now(), "updated_at": utc_now()}
    tried = Source(org_id=new_id(), id=new_id(), key="", sealed_token=b"", **described.columns(), **stamps)
    looked = await look_at(zammads, tried, described.token)
    if looked.stopped_by is not None:
        raise looked.stopped_by
    return looked.own_id
