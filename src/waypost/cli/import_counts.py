"""What the copies of one import have become so far."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

BECAME = text("""
select
  count(*) filter (where state in ('discovered', 'raw_fetched', 'parsed', 'stitched')) as waiting,
  count(*) filter (where state = 'failed') as quarantined,
  count(*) filter (where is_duplicate and state <> 'failed') as duplicates,
  count(*) filter (where not is_duplicate and message_id is not null and state <> 'failed') as messages,
  count(distinct ticket_id) as tickets
from message_occurrences o join mailboxes m on m.org_id = o.org_id and m.id = o.mailbox_id
where o.id >= :floor and m.provider = 'import'
""")

DEAD = text("""
select count(distinct o.id) from message_occurrences o join mailboxes m on m.org_id = o.org_id and m.id = o.mailbox_id
join jobs j on j.org_id = o.org_id and j.status = 'dead' and j.payload ->> 'occurrence_id' = o.id::text
where o.id >= :floor and m.provider = 'import' and o.state in ('discovered', 'raw_fetched', 'parsed', 'stitched')
""")


@dataclass(frozen=True, slots=True)
class Become:
    """Counts of copies; `dead` are those that wait for a job which was given up."""

    waiting: int
    quarantined: int
    duplicates: int
    messages: int
    tickets: int
    dead: int


async def became(db: AsyncSession, floor: UUID) -> Become:
    """Of all imported copies since `floor`: ids are ordered by time (UUIDv7), so it is one made when the run began.

    Two imports into one organisation at the same time are counted together.
    """
    row = (await db.execute(BECAME, {"floor": floor})).one()
    dead = (await db.execute(DEAD, {"floor": floor})).scalar_one() if row.waiting else 0
    return Become(**row._asdict(), dead=dead)
