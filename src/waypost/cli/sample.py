"""The sample company: its people, its addresses, its mail. Doing it again changes nothing."""

import importlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import waypost
from waypost.cli.importing import Asked, bring
from waypost.cli.sample_archive import keep_some
from waypost.cli.sample_desk import equip, share_out
from waypost.cli.sample_sign_in import COMPANY, PASSWORD, PEOPLE
from waypost.cli.sample_sourcing import advertise
from waypost.main.house import House
from waypost.platform.access import MACHINE, Role
from waypost.platform.errors import Conflict
from waypost.platform.identity import lookups
from waypost.platform.identity.actions import add_member
from waypost.platform.identity.founding import find_or_make
from waypost.platform.identity.passwords import Passwords
from waypost.ticketing.messages.models import AddressKind, OwnAddress
from waypost.ticketing.messages.queries import own_addresses

CHECKOUT = Path(waypost.__file__).parents[2]
ADDRESSES = {
    "journal@acme.example": AddressKind.JOURNAL,
    "support@acme.example": AddressKind.INBOX,
    "sales@acme.example": AddressKind.INBOX,
    "billing@acme.example": AddressKind.INBOX,
}


class NoSampleMailbox(Conflict):
    """The sample mailbox comes with the source code only: run the demo from a checkout of Waypost."""


async def fill(house: House) -> None:
    """Make what is missing. The mailbox is written once and kept, so that its mails are the same ones every time."""
    sys.stdout.write(f"Looking after the sample company {COMPANY} …\n")
    sys.stdout.flush()
    mailbox = _mailbox(house.settings.data / "demo" / "mailbox")
    org, _ = await find_or_make(house.works, COMPANY)
    fresh = await _enter(house, org)
    await bring(Asked((mailbox,), str(org), wait=True))(house)
    async with house.works.open(org, MACHINE) as work:
        await share_out(work, fresh)
        await keep_some(work)
    await advertise(house, org, PEOPLE[0].email)


async def _enter(house: House, org: UUID) -> list[UUID]:
    """Those who answer mail and were not here before."""
    async with lookups.catalogue(house.shards) as db:
        missing = [one for one in PEOPLE if await lookups.login(db, one.email) is None]
    async with house.works.open(org, MACHINE) as work:
        ids = [await add_member(work, one.email, Role(one.role), name=one.name) for one in missing]
        await equip(work)
        known = await own_addresses(work.db)
        work.db.add_all(OwnAddress(address=one, kind=kind) for one, kind in ADDRESSES.items() if one not in known)
    if not ids:
        return []
    hashed = await Passwords().hash(PASSWORD)
    async with lookups.catalogue(house.shards) as db:
        for person in ids:
            await lookups.set_password(db, person, hashed, for_once=False)
    return [person for person, one in zip(ids, missing, strict=True) if one.role != Role.VIEWER]


def _mailbox(folder: Path) -> Path:
    """The folder of mail; written beside its place first, so that half a mailbox is never taken for a whole one."""
    if not folder.is_dir():
        draft = folder.with_name("mailbox.writing")
        shutil.rmtree(draft, ignore_errors=True)
        _writer()(draft)
        os.replace(draft, folder)
    return folder


def _writer() -> Callable[[Path], None]:
    """The generator lies beside `src` and in no package."""
    if not (CHECKOUT / "demo" / "mailbox.py").is_file():
        raise NoSampleMailbox
    sys.path.append(str(CHECKOUT))
    write: Callable[[Path], None] = importlib.import_module("demo.mailbox").write
    return write
