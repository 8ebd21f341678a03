"""Removing an organisation for good: files, bytes and rows, in this order, so that a crash in between loses no place.

Every step may run twice: a removal that broke off goes on when the command is given again. All of it runs under the
owner's login, since the app may neither delete from logs nor see the catalogue.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from waypost.archive.places.shelf import Shelf
from waypost.cli import removing_rows as rows
from waypost.cli.organisations import organisation_of
from waypost.cli.people import OwnersLoginNeeded
from waypost.database import plain
from waypost.main.house import House
from waypost.platform.errors import Conflict
from waypost.platform.ids import new_id
from waypost.platform.storage.blobs import Blobs

FILES_AT_ONCE = 100
PATIENCE_SECONDS = 60
"""How long jobs that run may take to come to their end."""

Owner = psycopg.AsyncConnection[Any]


class StandsUnderHold(Conflict):
    """A legal hold stands on something of this organisation: lift it first."""


class RecordsStand(Conflict):
    """This organisation has archived records: say --with-records to delete them and their files as well."""


class RetentionRuns(Conflict):
    """The retention of archived records has not ended."""


class NotTheName(Conflict):
    """What was typed is not the organisation's name."""


class JobsStillRun(Conflict):
    """Jobs of this organisation still run: give the command again in a minute, it goes on where it stopped."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is to remove."""

    org: UUID
    name: str
    rows: int
    blobs: int
    size: int
    records: int

    def as_dict(self) -> dict[str, str | int]:
        """For programs."""
        return {
            "id": str(self.org),
            "name": self.name,
            "rows": self.rows,
            "blobs": self.blobs,
            "bytes": self.size,
            "records": self.records,
        }


def looked_at(named: str) -> Callable[[House], Awaitable[Standing]]:
    """The first step: what would go. Changes nothing; refuses what nothing may remove."""

    async def act(house: House) -> Standing:
        org = await organisation_of(house, named)
        async with await _owner(house) as owner:
            return await _standing(owner, org)

    return act


def removed(named: str, typed: str, *, with_records: bool) -> Callable[[House], Awaitable[dict[str, Any]]]:
    """The second step, with the name typed: everything of it goes. What went, by kind."""

    async def act(house: House) -> dict[str, Any]:
        org = await organisation_of(house, named)
        async with await _owner(house) as owner:
            standing = await _standing(owner, org)
            if typed != standing.name:
                raise NotTheName
            if standing.records and not with_records:
                raise RecordsStand
            return await _remove(house, owner, standing)

    return act


async def removals(house: House) -> list[dict[str, Any]]:
    """Every removal of this installation, the oldest first; one without an end broke off."""
    async with await _owner(house) as owner:
        found = await (await owner.execute(rows.REMOVALS)).fetchall()
    names = ("id", "name", "begun_at", "ended_at", "gone")
    return [
        dict(zip(names, (str(one[0]), one[1], str(one[2]), one[3] and str(one[3]), one[4]), strict=True))
        for one in found
    ]


async def _owner(house: House) -> Owner:
    if house.database.admin is None:
        raise OwnersLoginNeeded
    return await psycopg.AsyncConnection.connect(plain(house.database.admin), autocommit=True)


async def _standing(owner: Owner, org: UUID) -> Standing:
    """Refuses with `StandsUnderHold` and `RetentionRuns`."""
    asked = await (await owner.execute(rows.STANDING, {"org": org})).fetchone()
    assert asked is not None
    name, held, records, until, blobs, size = asked
    if held:
        raise StandsUnderHold
    if until is not None:
        raise RetentionRuns(f"The retention of its archived records ends on {until:%Y-%m-%d}; nothing goes before.")
    return Standing(org, name, await rows.count(owner, org), blobs, size, records)


async def _remove(house: House, owner: Owner, standing: Standing) -> dict[str, Any]:
    org = standing.org
    named = {"org": org, "id": new_id(), "name": standing.name, "now": house.works.clock()}
    async with owner.transaction():
        for statement in rows.SHUT:
            await owner.execute(statement, named)
    jobs = await _quiet(owner, org)
    audit = await (await owner.execute(rows.AUDIT_HEAD, {"org": org})).fetchone() or (0, None)
    files = await _files(house, owner, org)
    blobs = await house.parts.of(Blobs).clear(org)
    gone: dict[str, Any] = {"files": files, "blobs": blobs, "rows": jobs + await rows.delete(owner, org)}
    async with owner.transaction():
        gone["people"] = await rows.delete_catalogue(owner, org)
        gone |= {"audit_length": audit[0], "audit_head": audit[1]}
        await owner.execute(rows.ENDED, {"org": org, "now": house.works.clock(), "gone": Jsonb(gone)})
    return gone


async def _quiet(owner: Owner, org: UUID) -> int:
    """Nobody begins anything any more; what runs comes to its end. How many jobs will never run."""
    dropped = 0
    for _ in range(PATIENCE_SECONDS):
        dropped += (await owner.execute(rows.DROP_JOBS, {"org": org})).rowcount
        running = await (await owner.execute(rows.RUNNING, {"org": org})).fetchone()
        if running == (0,):
            return dropped
        await asyncio.sleep(1)
    raise JobsStillRun


async def _files(house: House, owner: Owner, org: UUID) -> int:
    """Of the archive's tree. A lock of the storage refuses, and then rows and bytes still stand."""
    paths = [path for (path,) in await (await owner.execute(rows.FILES, {"org": org})).fetchall()]
    for first in range(0, len(paths), FILES_AT_ONCE):
        await house.parts.of(Shelf).delete(paths[first : first + FILES_AT_ONCE])
    return len(paths)
