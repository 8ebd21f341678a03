"""A picture of everything an organisation has on its tickets, to compare byte for byte."""

from collections import Counter
from functools import cache
from uuid import UUID

import psycopg

from waypost.platform.schema.security import is_tenant
from waypost.tables import everything

Owner = psycopg.AsyncConnection[tuple[object, ...]]
CONCERNED = {"ticket_id", "message_id", "ticket_code"}
"""Whatever has one of these columns knows of tickets."""
APPENDED = {"rearrangements", "bulk_items"}
"""What only grows: the record of what was done."""


@cache
def statement() -> bytes:
    """Every row that knows of tickets, whole, as text; `org` says whose."""
    known = [
        table.name
        for table in everything().sorted_tables
        if is_tenant(table) and CONCERNED & set(table.columns.keys()) and table.name not in APPENDED
    ]
    return " union all ".join(
        f"select '{one} ' || t::text from {one} t where org_id = %(org)s" for one in known
    ).encode()


async def picture(owner: Owner, org: UUID) -> Counter[str]:
    """All of `org`."""
    rows = await owner.execute(statement(), {"org": org})
    return Counter(str(text) for (text,) in await rows.fetchall())
