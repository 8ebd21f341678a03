"""The hosts' shared timelines as SECURITY DEFINER functions: one row lock each, nothing of any organisation in them.

A grant gives a stretch of the timeline away and moves its end on. Grants are short, so that what a dead scraper held
lapses soon, and nobody may reserve more than the next minute.
"""

from waypost.platform.identity.catalogue_sql.function import Function, declare, rows, shut

LONGEST_GRANT = 30
"""Seconds of one grant: three heartbeats, so that a holder that lives never runs dry."""
HORIZON = 60
"""Seconds ahead that may be given away at all."""
LONGEST_REST = 24
"""Hours that one report may close a host for."""

ANSWER = rows("first_at timestamptz", "slots bigint", "closed_until timestamptz")

HOSTS = (
    Function(
        "sourcing_grant_host",
        ("wanted_host text", "wanted bigint", "step interval", "moment timestamptz"),
        ANSWER,
        f"""
        declare
          spot source_hosts%rowtype;
          begins timestamptz;
          given bigint;
        begin
          insert into source_hosts (host, next_free_at, updated_at) values (wanted_host, moment, moment)
          on conflict (host) do nothing;
          select * into spot from source_hosts s where s.host = wanted_host for update;
          begins := greatest(moment, spot.next_free_at);
          if spot.closed_until > moment then
            return query select begins, 0::bigint, spot.closed_until;
            return;
          end if;
          if step > interval '0' then
            given := least(
              wanted,
              greatest(1, floor(extract(epoch from interval '{LONGEST_GRANT} seconds') / extract(epoch from step))),
              ceil(extract(epoch from moment + interval '{HORIZON} seconds' - begins) / extract(epoch from step)));
          else
            given := wanted;
          end if;
          given := greatest(0, given);
          update source_hosts s set next_free_at = begins + step * given, updated_at = moment
          where s.host = wanted_host;
          return query select begins, given, null::timestamptz;
        end
        """,
        kind="volatile",
        language="plpgsql",
    ),
    Function(
        "sourcing_close_host",
        ("wanted_host text", "until timestamptz", "because text", "moment timestamptz"),
        "timestamptz",
        f"""
        insert into source_hosts (host, next_free_at, closed_until, closed_because, updated_at)
        values (wanted_host, moment, least(until, moment + interval '{LONGEST_REST} hours'), because, moment)
        on conflict (host) do update set
          closed_because = case when coalesce(source_hosts.closed_until, '-infinity') < excluded.closed_until
            then excluded.closed_because else source_hosts.closed_because end,
          closed_until = greatest(source_hosts.closed_until, excluded.closed_until),
          updated_at = moment
        returning closed_until
        """,
        kind="volatile",
    ),
    Function(
        "sourcing_pace_host",
        ("wanted_host text", "told bigint", "moment timestamptz"),
        "bigint",
        """
        insert into source_hosts as s (host, next_free_at, crawl_delay_ms, updated_at)
        values (wanted_host, moment, told, moment)
        on conflict (host) do update set
          crawl_delay_ms = coalesce(excluded.crawl_delay_ms, s.crawl_delay_ms), updated_at = moment
        returning coalesce(crawl_delay_ms, 0)
        """,
        kind="volatile",
    ),
    Function(
        "sourcing_open_host",
        ("wanted_host text", "moment timestamptz"),
        "void",
        """
        update source_hosts set closed_until = null, closed_because = null, updated_at = moment
        where host = wanted_host
        """,
        kind="volatile",
    ),
    Function(
        "sourcing_host_states",
        ("wanted text[]",),
        rows("host text", "next_free_at timestamptz", "closed_until timestamptz", "closed_because text"),
        """
        select s.host, s.next_free_at, s.closed_until, s.closed_because
        from source_hosts s
        where exists (select from unnest(wanted) w where s.host = w or right(s.host, length(w) + 1) = '.' || w)
        order by s.host limit 100
        """,
    ),
    Function(
        "sourcing_forget_hosts",
        ("before timestamptz",),
        "void",
        """
        delete from source_hosts s where s.updated_at < before and coalesce(s.closed_until, s.updated_at) < before
        """,
        kind="volatile",
    ),
)

shut("source_hosts")
declare(HOSTS)
