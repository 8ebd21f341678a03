"""Who may make whom what: roles in an order, as a pure decision."""

from waypost.platform.access import ADMINS, Role

RANKS = {Role.VIEWER: 1, Role.FINANCE: 2, Role.DISPATCHER: 2, Role.AGENT: 2, Role.ADMIN: 3, Role.OWNER: 4}
"""Agents, dispatchers and accountants stand beside each other: each may things that the others may not."""


def reaches(mine: Role, wanted: Role) -> bool:
    """Whether somebody of role `mine` may hold `wanted` or less: the same role, or one that stands below."""
    return mine is wanted or RANKS[mine] > RANKS[wanted]


def may_manage(mine: Role, theirs: Role, wanted: Role | None = None) -> bool:
    """Whether an admin of role `mine` may change somebody of role `theirs` (into `wanted`): never above oneself."""
    return mine in ADMINS and all(reaches(mine, role) for role in (theirs, wanted) if role is not None)
