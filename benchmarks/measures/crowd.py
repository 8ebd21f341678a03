"""A desk with hundreds of thousands of tickets, written straight into the tables by their owner."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg

from waypost.platform.ids import new_id

WORDS = 5_000
PER_TEXT = 42
SYLLABLES = [first + then for first in "bdfgklmnprstvw" for then in "aeiou"]
STATUSES = ["closed"] * 12 + ["resolved", "resolved", "open", "pending", "new"]
"""As on a live desk: most are closed."""
DRAFT = """
create temporary table drafts (org_id uuid, id uuid, message_id uuid, code text, status text, subject text, body text,
  requester text, moment timestamptz)
"""
TICKETS = """
insert into tickets (org_id, id, ticket_code, status, priority, subject, subject_norm, requester_email, created_at,
  updated_at, first_message_at, last_message_at, last_activity_at, stitch_confidence, touched, message_count, snippet,
  needle)
select org_id, id, code, status, 'normal', subject, subject, requester, moment, moment, moment, moment, moment, 'low',
  0, 1, left(body, 200), lower(code || ' ' || subject || ' ' || requester) from drafts order by moment
"""
TEXTS = """
insert into ticket_texts (org_id, id, ticket_id, message_id, at, ts)
select org_id, {id}, id, {id}, moment,
  setweight(to_tsvector('simple', subject), 'A') || to_tsvector('simple', body) from drafts order by moment
"""
FIRST, ANSWER = "message_id", "md5(message_id::text)::uuid"
"""Each ticket's first message, and, in a desk with conversations, the answer to it."""
MESSAGES = """
insert into messages (org_id, id, direction, fingerprint, signature, content_signature, first_seen_at)
select org_id, {id}, 'inbound', decode(md5({id}::text), 'hex'), '', '', moment from drafts order by moment
"""
CONTENTS = """
insert into message_contents (org_id, id, message_id, content_version, parser_version, parsed_at, date_header, subject,
  subject_norm, from_email, reply_to_emails, to_emails, cc_emails, headers, body_text, snippet, language,
  attachment_count, traits, has_remote, notes)
select org_id, {id}, {id}, 1, 1, moment, moment, subject, subject, requester, '{{}}', '{{support@acme.example}}',
  '{{}}', '{{}}', body, left(body, 200), 'simple', 0, '{{}}', false, '{{}}' from drafts order by moment
"""
PLACES = """
insert into ticket_messages (org_id, id, ticket_id, message_id, at, stitched_at, stitch_reason, stitch_confidence,
  evidence, new_subject)
select org_id, {id}, id, {id}, moment, moment, 'threading', 'medium', '', false from drafts order by moment
"""
HEAVY = """
select indexrelid::regclass::text, pg_get_indexdef(indexrelid)
from pg_index join pg_class c on c.oid = indexrelid join pg_am a on a.oid = c.relam
where a.amname = 'gin' and indrelid in ('tickets'::regclass, 'ticket_texts'::regclass)
"""


def vocabulary() -> list[str]:
    """Invented words; `text` uses the first ones far more often, as a language does."""
    chance = random.Random(7)
    found = dict.fromkeys("".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(2 * WORDS))
    return list(found)[:WORDS]


def fill(dsn: str, crowds: dict[UUID, int], *, conversations: bool = False) -> None:
    """So many tickets for each organisation, each with one text, or with two whole messages in `conversations`.

    Rows stand in the order in which they came, the organisations mixed, as on a disk that has seen them come. Word
    indexes are made afterwards, which is quicker.
    """
    said = [FIRST, ANSWER] if conversations else [FIRST]
    whole = [MESSAGES, CONTENTS, PLACES] if conversations else []
    with psycopg.connect(dsn) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("set maintenance_work_mem = '512MB'")
        heavy = connection.execute(HEAVY).fetchall()
        for name, _ in heavy:
            connection.execute(f"drop index {name}".encode())
        connection.execute(DRAFT)
        with connection.cursor().copy("copy drafts from stdin") as copy:
            for org, many in crowds.items():
                for row in drafts(org, many):
                    copy.write_row(row)
        connection.execute(TICKETS)
        for message in said:
            for statement in (*whole, TEXTS):
                connection.execute(statement.format(id=message).encode())
        for _, definition in heavy:
            connection.execute(definition.encode())
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("vacuum analyze tickets, ticket_texts, messages, message_contents, ticket_messages")


def drafts(org: UUID, many: int) -> Iterator[tuple[object, ...]]:
    """Tickets of the last four hundred days."""
    chance, words, now = random.Random(org.int), vocabulary(), datetime.now(UTC)
    ranks = [int(WORDS * (n / 20_000) ** 3) for n in range(20_000)]
    for n in range(many):
        body = " ".join([words[ranks[int(chance.random() * 20_000)]] for _ in range(PER_TEXT)])
        moment = now - timedelta(seconds=chance.random() * 400 * 86_400)
        code = f"tkt-{chance.getrandbits(64):016x}"
        who = f"client{n}@example.org"
        yield org, new_id(), new_id(), code, chance.choice(STATUSES), body[:40], body, who, moment
