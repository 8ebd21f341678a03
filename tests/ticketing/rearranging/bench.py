"""A desk that a machine of rules works at: its own loop, its own connections, two organisations."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import psycopg

from tests.database import Logins
from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.rearranging.pictures import statement
from waypost.platform.access import Actor, ActorKind
from waypost.platform.db import Shards, connect
from waypost.platform.ids import new_id
from waypost.platform.jobs.actions import settle
from waypost.platform.work import Work, Works
from waypost.ticketing.rearranging.models import Rearrangement

PEOPLE = """
select l.ticket_id, array_agg(distinct a order by a) as people
from ticket_messages l join message_contents c on c.org_id = l.org_id and c.message_id = l.message_id
cross join lateral unnest(array[c.from_email] || c.to_emails || c.cc_emails || c.reply_to_emails) a
where l.org_id = %(org)s and a is not null
  and not exists (select from own_addresses o where o.org_id = l.org_id and o.address = a)
group by l.ticket_id
"""
FAULTS = f"""
with said as ({PEOPLE}), there as (
  select ticket_id, array_agg(address order by address) as people from ticket_participants
  where org_id = %(org)s group by ticket_id
), figures as (
  select l.ticket_id, count(*) n, min(l.at) f, max(l.at) z,
    (array_agg(c.snippet order by l.at desc, l.id desc))[1] s
  from ticket_messages l join message_contents c on c.org_id = l.org_id and c.message_id = l.message_id
  where l.org_id = %(org)s group by l.ticket_id
)
select 'figures of ' || t.id from tickets t left join figures g on g.ticket_id = t.id where t.org_id = %(org)s and
  (t.message_count <> coalesce(g.n, 0) or (g.n > 0 and (t.first_message_at, t.last_message_at) <> (g.f, g.z)))
union all select 'people of ' || s.ticket_id || ': ' || s.people::text || ' but ' || coalesce(p.people, '{{}}')::text
  from said s left join there p on p.ticket_id = s.ticket_id where s.people is distinct from p.people
union all select 'no place for ' || m.id from messages m where m.org_id = %(org)s and
  (select count(*) from ticket_messages l where l.org_id = m.org_id and l.message_id = m.id) <> 1
union all select 'a copy astray: ' || o.id from message_occurrences o join ticket_messages l
  on l.org_id = o.org_id and l.message_id = o.message_id where o.org_id = %(org)s and o.ticket_id <> l.ticket_id
union all select 'a text astray: ' || x.id from ticket_texts x join ticket_messages l
  on l.org_id = x.org_id and l.message_id = x.message_id where x.org_id = %(org)s and x.ticket_id <> l.ticket_id
union all select 'nowhere to go on from ' || t.id from tickets t where t.org_id = %(org)s and t.message_count = 0 and
  not exists (select from ticket_links k where k.org_id = t.org_id and k.ticket_id = t.id and k.kind = 'merged_into')
union all select 'messages of a part: ' || t.id from tickets t join ticket_links k
  on k.org_id = t.org_id and k.ticket_id = t.id and k.kind = 'merged_into'
  where t.org_id = %(org)s and t.message_count > 0
"""
STANDING = """
select distinct (r.row_id, l.message_id)::text, l.message_id from rearranged_rows r
join rearrangements a on a.org_id = r.org_id and a.id = r.rearrangement_id and a.undone_at is null
join ticket_messages l on l.org_id = r.org_id and l.id = r.row_id
where r.org_id = %(org)s and r.table_name = 'ticket_messages'
"""


class Bench:
    """What the rules use."""

    def __init__(self, logins: Logins, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.shards = Shards(connect(logins.app, pool=1))
        self.works = Works(self.shards, settle)
        self.desk = MailDesk.at(self.works, new_id(), folder)
        self.other = MailDesk.at(self.works, new_id(), folder)
        self.owner = psycopg.connect(logins.owner.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)
        self.loop.run_until_complete(self.other.deliver(mail("m0"), mail("m1", refs=("m0",))))

    def close(self) -> None:
        """Give back everything."""
        self.loop.run_until_complete(self.shards.close())
        self.loop.close()
        self.owner.close()

    def deliver(self, raw: bytes) -> None:
        """A mail comes in."""
        self.loop.run_until_complete(self.desk.deliver(raw))

    def by_hand(self, act: Callable[[Work], Awaitable[Rearrangement]]) -> Rearrangement:
        """A person acts, in a work of their own."""

        async def acted() -> Rearrangement:
            async with self.works.open(self.desk.org, Actor(ActorKind.PERSON, new_id())) as work:
                return await act(work)

        return self.loop.run_until_complete(acted())

    def picture(self, *, theirs: bool = False) -> Counter[str]:
        """Every row that knows of tickets."""
        rows = self.owner.execute(statement(), {"org": (self.other if theirs else self.desk).org})
        return Counter(text for (text,) in rows)

    def places(self) -> dict[UUID, UUID]:
        """Message → ticket."""
        asked = "select message_id, ticket_id from ticket_messages where org_id = %s"
        return {message: ticket for message, ticket in self.owner.execute(asked, (self.desk.org,))}

    def moved_and_standing(self) -> set[UUID]:
        """Messages that a person put where they are."""
        return {message for _, message in self.owner.execute(STANDING, {"org": self.desk.org})}

    def faults(self) -> list[str]:
        """Whatever does not fit together."""
        return [text for (text,) in self.owner.execute(FAULTS.encode(), {"org": self.desk.org})]
