"""Mail in `/metrics`: over all organisations, without a word about any of them."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from prometheus_client import generate_latest

from tests.conftest import Orgs
from tests.database import Logins
from tests.fixtures import Product
from tests.house.test_alerts import rules
from waypost.console.figures.house import HouseFigures
from waypost.console.figures.mail import MailFigures
from waypost.console.safekeeping.actions import note
from waypost.console.safekeeping.models import Kind
from waypost.database import plain
from waypost.platform.access import MACHINE
from waypost.platform.clock import utc_now
from waypost.platform.errors import Unavailable
from waypost.platform.ids import new_id
from waypost.platform.jobs.models import DeadGroup
from waypost.platform.observe import figures
from waypost.platform.observe.disk import DiskFigures
from waypost.platform.observe.metrics import exposition
from waypost.platform.schema.migrate import head
from waypost.sourcing.scraper.figures import REGISTRY as SCRAPER
from waypost.ticketing.mailboxes.models import Mailbox, Provider, Purpose

pytestmark = pytest.mark.anyio


async def put_mailbox(product: Product, org: UUID, name: str, behind: timedelta) -> None:
    """An address of Acme or Globex that was last looked at so long ago."""
    async with product.house.works.open(org, MACHINE) as work:
        work.db.add(
            Mailbox(
                purpose=Purpose.USER,
                provider=Provider.IMAP,
                email_address=f"{name}@figures.example",
                last_incremental_sync_at=work.now - behind,
                created_at=work.now,
                updated_at=work.now,
            )
        )


async def test_the_furthest_behind_of_all_is_told(
    product: Product, orgs: Orgs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "FRESH_SECONDS", 0.0)
    await put_mailbox(product, orgs.acme, "near", timedelta(seconds=5))
    await put_mailbox(product, orgs.globex, "far", timedelta(days=3))
    async with product.visit() as stranger:
        text = (await stranger.get("/metrics")).text
    lag = next(float(line.split()[1]) for line in text.splitlines() if line.startswith("oss_mail_lag_seconds "))
    assert lag >= timedelta(days=3).total_seconds()
    connected = next(line for line in text.splitlines() if line.startswith('oss_mail_mailboxes{condition="connected"}'))
    assert float(connected.split()[1]) >= 2
    for name in ("oss_mail_quarantined", "oss_mail_outbound_waiting", "oss_mail_outbound_oldest_age_seconds"):
        assert f"\n{name} " in text
    assert "oss_mail_messages_total" in text
    assert "figures.example" not in text and str(orgs.acme) not in text


def test_a_database_that_is_away_leaves_them_out() -> None:
    figures = MailFigures("postgresql://nobody@127.0.0.1:1/none", utc_now)
    assert list(figures.collect()) == []


def test_they_are_asked_once_in_a_while(logins: Logins) -> None:
    figures = MailFigures(plain(logins.app), utc_now)
    first = {family.name for family in figures.collect()}
    figures.dsn = "postgresql://nobody@127.0.0.1:1/none"
    assert {family.name for family in figures.collect()} == first and len(first) == 5


async def test_what_alerts_ask_for_is_told(product: Product) -> None:
    """A rule over a name that nobody tells would be silent for ever."""
    asked = {
        name for text in rules().values() for name in re.findall(r"\b(?:oss|waypost)_\w+", text.split("labels:")[0])
    }
    async with product.visit() as stranger:
        text = (await stranger.get("/metrics")).text + generate_latest(SCRAPER).decode()
    told = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
    assert len(asked) > 40
    assert {name for name in asked if name.removesuffix("_bucket") not in told} == set()


async def test_the_house_is_told_of(product: Product, orgs: Orgs, logins: Logins, tmp_path: Path) -> None:
    """Lost consents, resting mailboxes, backups and dead letters, without a word about whose they are."""
    async with product.house.works.open(orgs.acme, MACHINE) as work:
        when = {"created_at": work.now, "updated_at": work.now, "purpose": Purpose.USER, "provider": Provider.GMAIL}
        lost = Mailbox(email_address="lost@figures.example", trouble="consent-needed", **when)
        lost.failing_since = work.now - timedelta(days=2)
        rests = Mailbox(email_address="rests@figures.example", ingestion_pause_reason="circuit breaker open", **when)
        rests.ingestion_paused_until = work.now + timedelta(hours=1)
        work.db.add_all([lost, rests])
        group = {"fingerprint": "f1", "queue": "mail", "error": "Boom: anna@figures.example", "removed": 0}
        died = {"first_at": work.now, "last_at": work.now}
        work.db.add(DeadGroup(id=new_id(), type="occurrence_parse", jobs=1_000_000, **group, **died))
    async with product.house.shards.engine.begin() as connection:
        now = product.house.works.clock()
        await note(connection, Kind.BACKUP, now)
        await note(connection, Kind.BACKUP, now - timedelta(days=9))
    disk = DiskFigures({"data": tmp_path, "blobs": tmp_path / "nowhere"})
    text = exposition([HouseFigures(plain(logins.app), utc_now), disk])[0].decode()
    told = dict(re.findall(r"^((?:oss|waypost)_\S+) (\S+)$", text, re.MULTILINE))
    assert float(told["oss_mail_unprocessed_age_seconds"]) >= 0
    assert float(told["oss_mail_grants_lost"]) >= 1 and float(told["oss_mail_breakers_open"]) >= 1
    assert float(told["oss_mail_grant_lost_age_seconds"]) >= 172_800
    assert float(told["waypost_backup_age_seconds"]) < 60 and float(told["waypost_restore_drill_age_seconds"]) >= 0
    assert float(told['waypost_dead_letters{fingerprint="f1",type="occurrence_parse"}']) == 1_000_000
    assert (
        0
        < float(told['waypost_disk_free_bytes{folder="data"}'])
        < float(told['waypost_disk_size_bytes{folder="data"}'])
    )
    assert "figures.example" not in text and 'folder="blobs"' not in text


async def test_ready_asks_for_the_version_and_the_store(
    product: Product, owner: "psycopg.AsyncConnection[tuple[object, ...]]"
) -> None:
    """ticketing.md 5.8: readiness knows the blob store and the level of the migration."""
    asked = {one.name: one.ask for one in product.app.state.health.checks}
    assert await asked["blobs"]() == "folder" and await asked["migration"]() == "unknown"
    await owner.execute("create table alembic_version (version_num text)")
    try:
        await owner.execute("grant select on alembic_version to waypost_app")
        await owner.execute("insert into alembic_version values (%s)", [head()])
        assert await asked["migration"]() == head()
        await owner.execute("update alembic_version set version_num = '0001'")
        with pytest.raises(Unavailable, match="stands at 0001"):
            await asked["migration"]()
    finally:
        await owner.execute("drop table alembic_version")
