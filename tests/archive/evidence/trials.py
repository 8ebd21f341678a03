"""What somebody with all rights on the database may do to a log, as SQL, and the way back to how it was."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.archive.evidence.logbook import Owner

TABLES = (
    "evidence_logs",
    "evidence_leaves",
    "evidence_nodes",
    "evidence_checkpoints",
    "evidence_time_proofs",
    "evidence_watches",
)


@dataclass(frozen=True, slots=True)
class Trial:
    """Statements over the `leaf`, the `other` leaf, a `node` and a `signed` size that chance picks."""

    name: str
    statements: tuple[str, ...]


def change(table: str, what: str, where: str = "true") -> str:
    """An update of the organisation's rows."""
    return f"update evidence_{table} set {what} where {{org}} and {where}"


def remove(table: str, where: str = "true") -> str:
    """A deletion of the organisation's rows."""
    return f"delete from evidence_{table} where {{org}} and {where}"


def copy(table: str, columns: str, where: str) -> str:
    """One row more, made from another one."""
    made = f"select org_id, gen_random_uuid(), {columns} from evidence_{table} where {{org}} and {where}"
    return f"insert into evidence_{table} {made}"


LEAF, NODE, SIGNED = "position = {leaf}", "id = '{node}'", "size = {signed}"
TRIALS = (
    Trial("content", (change("leaves", "content = content || '{{\"number\": 900}}'", LEAF),)),
    Trial("content emptied", (change("leaves", "content = '{{}}'", LEAF),)),
    Trial("dated back", (change("leaves", "at = at - interval '1 day'", LEAF),)),
    Trial("dated back by little", (change("leaves", "at = at - interval '1 microsecond'", LEAF),)),
    Trial("kind", (change("leaves", "kind = 'tombstone'", LEAF),)),
    Trial("hash", (change("leaves", "hash = sha256(hash)", LEAF),)),
    Trial("leaf removed", (remove("leaves", LEAF),)),
    Trial("leaf added", (copy("leaves", "{size}, kind, at, content, hash", LEAF),)),
    Trial(
        "two leaves swapped",
        (
            change("leaves", "position = -1", LEAF),
            change("leaves", "position = {leaf}", "position = {other}"),
            change("leaves", "position = {other}", "position = -1"),
        ),
    ),
    Trial("node", (change("nodes", "hash = sha256(hash)", NODE),)),
    Trial("node removed", (remove("nodes", NODE),)),
    Trial("node added", (copy("nodes", "level, place + 900, hash", NODE),)),
    Trial("checkpoint removed", (remove("checkpoints", SIGNED),)),
    Trial("checkpoint dated back", (change("checkpoints", "at = at - interval '1 hour'", SIGNED),)),
    Trial("checkpoint's root", (change("checkpoints", "root = sha256(root)", SIGNED),)),
    Trial("checkpoint's note", (change("checkpoints", "note = replace(note, E'\\n{signed}\\n', E'\\n7\\n')", SIGNED),)),
    Trial("token", (change("time_proofs", "token = sha256(token)"),)),
    Trial("token dated back", (change("time_proofs", "at = at - interval '1 day'"),)),
    Trial("token's authority", (change("time_proofs", "authority = 'Another'"),)),
    Trial("token removed", (remove("time_proofs"),)),
    Trial("token added", (copy("time_proofs", "size + 1, root, token, authority, at", "true"),)),
    Trial("edge", (change("logs", "frontier = frontier || sha256(frontier)"),)),
    Trial("edge of another tree", (change("logs", "frontier = frontier || frontier, size = 43"),)),
    Trial("cut off", (remove("leaves", "position >= {leaf}"), change("logs", "size = {leaf}"))),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Undo:
    """All rows of one organisation as they were, in tables that only this connection sees."""

    owner: Owner
    org: UUID
    tables: tuple[str, ...] = TABLES

    async def save(self) -> None:
        for table in self.tables:
            await self.owner.execute(f"drop table if exists saved_{table}")
            await self.owner.execute(f"create temp table saved_{table} as select * from {table} where {self.where}")

    async def restore(self) -> None:
        async with self.owner.transaction():
            for table in reversed(self.tables):
                await self.owner.execute(f"delete from {table} where {self.where}")
            for table in self.tables:
                await self.owner.execute(f"insert into {table} select * from saved_{table}")

    async def do(self, trial: Trial, **given: Any) -> int:
        """Gives how many rows were changed."""
        done = [await self.owner.execute(each.format(org=self.where, **given)) for each in trial.statements]
        return sum(each.rowcount for each in done)

    @property
    def where(self) -> str:
        """The organisation's rows."""
        return f"org_id = '{self.org}'"
