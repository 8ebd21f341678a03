"""Verbs of sources: add, change, change the secret, pause, resume; and the operator's own source at start."""

import re
from secrets import token_hex
from uuid import UUID

from waypost.archive.sources import queries
from waypost.archive.sources.models import DEFAULT, KIND, Described, Source, SourceAdded, SourceChanged
from waypost.archive.sources.secrets import rotate, seal_former, seal_secret, seal_token
from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict
from waypost.platform.identity.inbound_sources.lookups import take_source_key
from waypost.platform.ids import new_id
from waypost.platform.safety.vault import Vault
from waypost.platform.work import Work

SLUG_LENGTH = 30


class ByEnvironment(Conflict):
    """This source is described by the installation's settings; change it there."""


class TwoSecretsCount(Conflict):
    """Two secrets count already; let the former one count no more first."""


class KeyTaken(Conflict):
    """Another organisation of this installation has this key."""


async def add(work: Work, vault: Vault, described: Described) -> tuple[Source, str]:
    """A new source and its webhook's secret, which is shown once."""
    source = _new(work, _key(described.name), described)
    seal_token(source, vault, described.token)
    secret = rotate(source, vault)
    await _take_key(work, source.key)
    work.db.add(source)
    await work.db.flush()
    await record(work, "archive.sources.added", "archive_source", source.id, {"host": _host(described.base_url)})
    work.tell(SourceAdded(source.id))
    return source, secret


async def change(work: Work, vault: Vault, source_id: UUID, described: Described) -> Source:
    """Another description; an empty token keeps the one that stands. Refuses the operator's with `ByEnvironment`."""
    source = await _changeable(work, source_id)
    for name, value in described.columns().items():
        setattr(source, name, value)
    if described.token:
        seal_token(source, vault, described.token)
        source.own_id = None
    source.trouble = source.last_error = None
    await _changed(work, source, "settings")
    return source


async def change_secret(work: Work, vault: Vault, source_id: UUID) -> tuple[Source, str]:
    """A new secret for the webhook, shown once; the one that stands counts beside it until it is dropped.

    Refuses a third with `TwoSecretsCount`: it would end the one that Zammad may still sign with.
    """
    source = await _changeable(work, source_id)
    if source.sealed_secret_before is not None:
        raise TwoSecretsCount
    secret = rotate(source, vault)
    source.secret_rotated_at = work.now
    await _changed(work, source, "secret")
    return source, secret


async def drop_former_secret(work: Work, source_id: UUID) -> Source:
    """Only the present secret counts from now on."""
    source = await _changeable(work, source_id)
    if source.sealed_secret_before is not None:
        source.sealed_secret_before = None
        await _changed(work, source, "former_secret_dropped")
    return source


async def pause(work: Work, source_id: UUID) -> Source:
    """Nothing is read there and nothing written; what waits stays. Pausing again changes nothing."""
    source = await queries.by_id(work.db, source_id, lock=True)
    if source.paused_at is None:
        source.paused_at = work.now
        await _changed(work, source, "paused")
    return source


async def resume(work: Work, source_id: UUID) -> Source:
    """Go on."""
    source = await queries.by_id(work.db, source_id, lock=True)
    if source.paused_at is not None:
        source.paused_at = source.trouble = source.last_error = None
        await _changed(work, source, "resumed")
    return source


async def stand_default(
    work: Work, vault: Vault, described: Described, secrets: tuple[str | None, str | None]
) -> Source:
    """The source that the environment describes, found or made; processes that start at once agree on one."""
    await _take_key(work, DEFAULT, by_operator=True)
    try:
        source = await queries.by_key(work.db, DEFAULT, lock=True)
    except queries.NoSuchSource:
        source = _new(work, DEFAULT, described)
        work.db.add(source)
    for name, value in described.columns().items():
        setattr(source, name, value)
    seal_token(source, vault, described.token)
    seal_secret(source, vault, secrets[0])
    seal_former(source, vault, secrets[1])
    await work.db.flush()
    return source


def _new(work: Work, key: str, described: Described) -> Source:
    stamps = {"created_at": work.now, "updated_at": work.now}
    return Source(org_id=work.org, id=new_id(), key=key, sealed_token=b"", **described.columns(), **stamps)


async def _take_key(work: Work, key: str, *, by_operator: bool = False) -> None:
    if not await take_source_key(work.db, key, work.org, KIND, work.now, by_operator=by_operator):
        raise KeyTaken


async def _changeable(work: Work, source_id: UUID) -> Source:
    source = await queries.by_id(work.db, source_id, lock=True)
    if source.from_environment:
        raise ByEnvironment
    return source


async def _changed(work: Work, source: Source, what: str) -> None:
    source.updated_at = work.now
    await record(work, f"archive.sources.{what}", "archive_source", source.id, {})
    work.tell(SourceChanged(source.id, what))


def _key(name: str) -> str:
    """Readable, and not to be guessed to collide: the name as a slug and some random characters."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:SLUG_LENGTH].strip("-") or KIND
    return f"{slug}-{token_hex(4)}"


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0]
