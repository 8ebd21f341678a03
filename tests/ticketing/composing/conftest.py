"""The office of the tickets' tests, with an address to send from."""

from typing import Any
from uuid import UUID

import pytest

from tests.ticketing.desk import INBOX
from tests.ticketing.tickets.conftest import Office, globex, office
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.ticketing.outbound.models import IdentityStatus, SendIdentity

__all__ = ["globex", "office", "sender"]


async def put_sender(office: Office, **change: Any) -> str:
    """An address that may be used; its id."""
    async with office.desk.works.open(office.desk.org, MACHINE) as work:
        plain: dict[str, Any] = {
            "id": new_id(),
            "from_email": INBOX,
            "from_name": "Acme Support",
            "status": IdentityStatus.VERIFIED,
            "signature": "Acme Support\n+44 20 7946 0000",
            "created_at": work.now,
            "updated_at": work.now,
        }
        identity = SendIdentity(**plain | change)
        work.db.add(identity)
        found: UUID = identity.id
    return str(found)


@pytest.fixture
async def sender(office: Office) -> str:
    """Support's address, by id."""
    return await put_sender(office)
