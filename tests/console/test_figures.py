"""Mail in `/metrics`: over all organisations, without a word about any of them."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.conftest import Orgs
from tests.database import Logins
from tests.fixtures import Product
from waypost.console.figures.mail import MailFigures
from waypost.database import plain
from waypost.platform.access import MACHINE
from waypost.platform.clock import utc_now
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


async def test_the_furthest_behind_of_all_is_told(product: Product, orgs: Orgs) -> None:
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
