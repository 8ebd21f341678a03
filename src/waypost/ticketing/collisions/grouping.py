"""Who stands in a group with whom: pure, and never two whom a person has told apart."""

from collections.abc import Collection, Sequence
from typing import TypeVar
from uuid import UUID

Pair = frozenset[UUID]
Member = TypeVar("Member")


def grouped(members: Sequence[UUID], distinct: Collection[Pair]) -> list[list[UUID]]:
    """Look-alikes as groups: each goes to the first group that has nobody it was told apart from.

    Groups of one are doubts that are settled; they are given too, so that nobody is lost.
    """
    groups: list[list[UUID]] = []
    for one in members:
        home = next((group for group in groups if all(Pair((one, other)) not in distinct for other in group)), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    return groups


def companions(twins: Sequence[tuple[UUID, Member]], distinct: Collection[Pair]) -> list[Member]:
    """Those of a newcomer's twins that it may share one group with: the first one's group."""
    if not twins:
        return []
    chosen = set(grouped([one for one, _ in twins], distinct)[0])
    return [member for one, member in twins if one in chosen]
