"""Questions about the policy."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.requests.policy.models import PATH, ArchivePolicy, Keeps

TICKET = "ticket"
"""The kind of case that our own tickets are."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as values; `ArchivePolicy` says what they mean."""

    keeps: Keeps = Keeps.ON_DEMAND
    path: str = PATH
    with_notes: bool = True


async def policy_for(db: AsyncSession, kind: str = TICKET) -> Policy:
    """As it is now, or the defaults."""
    p = ArchivePolicy
    row = (await db.execute(select(p.keeps, p.path, p.with_notes).where(p.kind == kind))).one_or_none()
    return Policy(Keeps(row[0]), row[1], row[2]) if row else Policy()


def shown(policy: Policy) -> dict[str, Any]:
    """As programs read it and the audit log keeps it."""
    return asdict(policy) | {"keeps": policy.keeps.value}
