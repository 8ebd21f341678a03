"""What became of an organisation's mail, in a form that two runs can be compared by."""

from typing import Any
from uuid import UUID

import psycopg

COUNTS = {
    "copies": "select count(*) from message_occurrences where org_id = %(org)s",
    "copies at their end": """select count(*) from message_occurrences
        where org_id = %(org)s and state in ('routed', 'failed')""",
    "duplicates": "select count(*) from message_occurrences where org_id = %(org)s and is_duplicate",
    "messages": "select count(*) from messages where org_id = %(org)s",
    "contents": "select count(*) from message_contents where org_id = %(org)s",
    "quarantined": "select count(*) from quarantine_items where org_id = %(org)s",
    "messages in tickets": "select count(*) from ticket_messages where org_id = %(org)s",
    "searchable texts": "select count(*) from ticket_texts where org_id = %(org)s",
    "conversations": "select count(*) from tickets where org_id = %(org)s and message_count > 0",
    "blobs": "select count(*) from blobs where org_id = %(org)s",
}
THREADS = """
select string_agg(m.rfc_message_id, ' ' order by m.rfc_message_id) from ticket_messages t
join messages m on m.org_id = t.org_id and m.id = t.message_id
where t.org_id = %(org)s group by t.ticket_id order by 1
"""
TOLD_TWICE = """
select event, data from facts
where org_id = %(org)s and event in ('ticket_opened', 'message_joined', 'mail_quarantined')
group by event, data having count(*) > 1
"""
NOT_COUNTED = """
select t.id from tickets t where t.org_id = %(org)s and t.message_count <> (
  select count(*) from ticket_messages m where m.org_id = t.org_id and m.ticket_id = t.id)
"""
UNFINISHED = "select type, status, last_error from jobs where org_id = %(org)s and status <> 'succeeded'"


def outcome(connection: "psycopg.Connection[Any]", org: UUID) -> dict[str, Any]:
    """Totals, conversations by their mails, and everything that must be empty."""
    found: dict[str, Any] = {name: _ask(connection, question, org)[0][0] for name, question in COUNTS.items()}
    found["threads"] = [row[0] for row in _ask(connection, THREADS, org)]
    for name, question in (("twice", TOLD_TWICE), ("miscounted", NOT_COUNTED), ("unfinished", UNFINISHED)):
        found[name] = _ask(connection, question, org)
    return found


def _ask(connection: "psycopg.Connection[Any]", question: str, org: UUID) -> list[Any]:
    return connection.execute(question.encode(), {"org": org}).fetchall()
