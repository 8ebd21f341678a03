"""The log in the database: gapless, the same as the tree of the standard, and only ever growing."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.archive.evidence.logbook import Logbook
from waypost.archive.evidence import queries, tree
from waypost.archive.evidence.actions import append, append_many
from waypost.archive.evidence.entries import Entry, NotForTheLog, log_name
from waypost.archive.evidence.proofs import SizesDoNotFit, consistency_of, proof_of

pytestmark = pytest.mark.anyio

TABLES = ("evidence_leaves", "evidence_nodes", "evidence_checkpoints", "evidence_time_proofs")


async def test_positions_have_no_gap_and_each_organisation_has_its_own(acme: Logbook, globex: Logbook) -> None:
    ours = [*await acme.grow(3), *await acme.grow(2)]
    theirs = await globex.grow(1)
    assert [leaf.position for leaf in ours] == [0, 1, 2, 3, 4]
    assert [leaf.position for leaf in theirs] == [0]
    assert theirs[0].hash != ours[0].hash
    async with globex.work() as work:
        assert (await queries.head(work.db)).size == 1
        assert len(await queries.leaves(work.db, 0)) == 1


async def test_a_leaf_is_the_hash_of_its_entry_as_anybody_computes_it(acme: Logbook) -> None:
    async with acme.work() as work:
        leaf = await append(
            work, "hold", {"record": "0190", "since": "2026-11-02T09:00:00Z", "first": True, "by": None}
        )
    stands = (
        f'{{"at":"2026-11-02T09:00:00.125000Z","content":{{"by":null,"first":true,"record":"0190",'
        f'"since":"2026-11-02T09:00:00Z"}},"kind":"hold","log":"waypost/evidence/{acme.org}","position":0,"v":1}}'
    )
    assert leaf.hash == tree.leaf_hash(stands.encode())
    async with acme.work() as work:
        row = await queries.leaf_at(work.db, 0)
    assert row is not None
    assert Entry(log_name(acme.org), row.position, row.kind, row.at, row.content).hash() == row.hash == leaf.hash


async def test_every_proof_of_every_size_holds(acme: Logbook) -> None:
    sizes = [0]
    roots = {}
    leaves = []
    for count in (1, 1, 3, 2, 6):
        leaves += await acme.grow(count)
        async with acme.work() as work:
            head = await queries.head(work.db)
        sizes.append(head.size)
        roots[head.size] = head.root
    async with acme.work() as work:
        for size in sizes[1:]:
            assert await queries.root_of(work.db, size) == roots[size]
            for leaf in leaves[:size]:
                path = await queries.inclusion(work.db, leaf.position, size)
                assert tree.proves_inclusion(leaf.hash, leaf.position, size, path, roots[size])
            proof = await queries.consistency(work.db, size, sizes[-1])
            assert tree.proves_consistency(size, sizes[-1], roots[size], roots[sizes[-1]], proof)


async def test_many_works_at_once_share_one_order(acme: Logbook) -> None:
    grown = await asyncio.gather(*(acme.grow(count) for count in (1, 5, 2, 7)))
    assert sorted(leaf.position for each in grown for leaf in each) == list(range(15))
    assert await acme.walk() == []


async def test_an_entry_stands_or_falls_with_its_work(acme: Logbook) -> None:
    with pytest.raises(RuntimeError):
        async with acme.work() as work:
            await append(work, "record", {"number": 1})
            raise RuntimeError
    assert [leaf.position for leaf in await acme.grow(1)] == [0]


async def test_two_entries_of_one_work_follow_each_other(acme: Logbook) -> None:
    async with acme.work() as work:
        assert await append_many(work, []) == []
        places = [(await append(work, "record", {"number": number})).position for number in range(4)]
    assert places == [0, 1, 2, 3]
    assert await acme.walk() == []


@pytest.mark.parametrize(
    "said", [{"by": "anna@client.example"}, {"title": "Broken hangar door"}, {"Name": 1.5}, {"x": "é"}, {"x": [b""]}]
)
async def test_what_may_be_personal_is_not_written(acme: Logbook, said: dict[str, object]) -> None:
    with pytest.raises(NotForTheLog):
        async with acme.work() as work:
            await append(work, "record", said)


async def test_the_app_may_add_but_never_change(acme: Logbook) -> None:
    await acme.grow(2)
    await acme.checkpoint()
    for table in TABLES:
        for statement in (f"update {table} set id = id", f"delete from {table}", f"truncate {table}"):
            with pytest.raises(ProgrammingError):
                async with acme.work() as work:
                    await work.db.execute(text(statement))


async def test_what_cannot_be_proven_is_refused(acme: Logbook) -> None:
    await acme.grow(3)
    async with acme.work() as work:
        for old, new in ((0, 2), (3, 2), (1, 4)):
            with pytest.raises(SizesDoNotFit):
                await consistency_of(work.db, old, new)
        assert "checkpoint" not in await proof_of(work.db, acme.org, 1)
