"""A picture of everything an organisation has, to compare byte for byte."""

from collections import Counter
from uuid import UUID

import psycopg

from waypost.platform.schema.security import is_tenant
from waypost.tables import everything

Owner = psycopg.AsyncConnection[tuple[object, ...]]
CONCERNED = {"ticket_id", "message_id", "ticket_code"}
"""Whatever has one of these columns knows of tickets."""
APPENDED = {"rearrangements", "bulk_items"}
"""What only grows: the record of what was done."""


async def picture(owner: Owner, org: UUID) -> Counter[str]:
    """Every row of `org` that knows of tickets, whole, as text."""
    found: Counter[str] = Counter()
    for table in everything().sorted_tables:
        if is_tenant(table) and CONCERNED & set(table.columns.keys()) and table.name not in APPENDED:
            rows = await owner.execute(f"select t::text from {table.name} t where org_id = %s".encode(), (org,))
            found.update(f"{table.name} {text}" for (text,) in await rows.fetchall())
    return found
