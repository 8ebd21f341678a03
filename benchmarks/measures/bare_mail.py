"""The ceiling of an import: the same reading, six plain rows a mail in batches of fifty, bytes synced; nothing else.

No jobs, no recognition, no stitching, no row security: what any program that keeps mail in PostgreSQL has to do.
"""

import hashlib
import multiprocessing
import os
import time
from pathlib import Path
from uuid import uuid4

import psycopg

from tests.wire.ordinary import ordinary_mails
from waypost.platform.ids import new_id
from waypost.ticketing.intake.mime import Mail, read_mail

BATCH = 50
PROCESSES = 2
TABLES = """
drop schema if exists bare cascade;
create schema bare;
create table bare.occurrences (id uuid primary key, digest bytea unique, at timestamptz, state text);
create table bare.messages (id uuid primary key, rfc_id text, mark bytea, direction text);
create index on bare.messages (mark);
create table bare.contents (id uuid primary key, message_id uuid references bare.messages, subject text, sender text,
  recipients text[], body text, html text, snippet text);
create table bare.tickets (id uuid primary key, code text unique, subject text, at timestamptz);
create table bare.ticket_messages (id uuid primary key, ticket_id uuid references bare.tickets,
  message_id uuid references bare.messages);
create table bare.texts (id uuid primary key, message_id uuid references bare.messages, ts tsvector);
create index on bare.texts using gin (ts)
"""
INSERTS = (
    "insert into bare.occurrences values (%s, %s, now(), 'routed')",
    "insert into bare.messages values (%s, %s, %s, 'inbound')",
    "insert into bare.contents values (%s, %s, %s, %s, %s, %s, %s, %s)",
    "insert into bare.tickets values (%s, %s, %s, now())",
    "insert into bare.ticket_messages values (%s, %s, %s)",
    "insert into bare.texts values (%s, %s, to_tsvector('simple', %s) || to_tsvector('english', %s))",
)


def ceiling(dsn: str, folder: Path, mails: int) -> float:
    """Mails a second with two processes beside the database; `dsn` is the owner's."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(TABLES)
    folder.mkdir()
    ready = multiprocessing.get_context("spawn")
    start = ready.Barrier(PROCESSES + 1)
    workers = [
        ready.Process(target=_work, args=(dsn, folder, mails // PROCESSES, seed, start)) for seed in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    start.wait()
    begun = time.perf_counter()
    for worker in workers:
        worker.join()
    return mails // PROCESSES * PROCESSES / (time.perf_counter() - begun)


def _work(dsn: str, folder: Path, count: int, seed: int, start: "multiprocessing.synchronize.Barrier") -> None:
    raws = list(ordinary_mails(count, 100 + seed, small=True))
    with psycopg.connect(dsn, autocommit=True) as connection:
        start.wait()
        for at in range(0, count, BATCH):
            _batch(connection, folder, raws[at : at + BATCH])


def _batch(connection: "psycopg.Connection[tuple[object, ...]]", folder: Path, raws: list[bytes]) -> None:
    _keep(folder, raws)
    rows: tuple[list[tuple[object, ...]], ...] = tuple([] for _ in INSERTS)
    for raw in raws:
        for table, row in zip(rows, _rows(raw, read_mail(raw)), strict=True):
            table.append(row)
    with connection.transaction(), connection.cursor() as cursor:
        for statement, table in zip(INSERTS, rows, strict=True):
            cursor.executemany(statement, table)


def _keep(folder: Path, raws: list[bytes]) -> None:
    paths = [folder / uuid4().hex for _ in raws]
    for path, raw in zip(paths, raws, strict=True):
        path.write_bytes(raw)
    for path in (*paths, folder):
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def _rows(raw: bytes, mail: Mail) -> list[tuple[object, ...]]:
    message, ticket, digest = new_id(), new_id(), hashlib.sha256(raw).digest()
    said = (mail.subject, mail.from_email, list(mail.to), mail.body_text, mail.body_html, mail.snippet)
    return [
        (new_id(), digest),
        (message, mail.rfc_message_id, bytes.fromhex(mail.fingerprint_v1)),
        (new_id(), message, *said),
        (ticket, ticket.hex, mail.subject),
        (new_id(), ticket, message),
        (new_id(), message, mail.search_text, mail.search_text),
    ]
