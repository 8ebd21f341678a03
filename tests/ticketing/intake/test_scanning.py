"""Files of mails before the scanner: each verdict is kept, and what is infected is not handed out."""

import base64
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlalchemy import select, text

from tests.ticketing.composing.conftest import put_sender
from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.tickets.conftest import Office
from tests.wire.clamd import MUTE, VIRUS, Clamd, clamd
from tests.wire.real_clamd import EICAR, real_clamd
from waypost.platform.access import MACHINE
from waypost.platform.jobs.attempt import OneRun
from waypost.platform.jobs.claim import Claimed
from waypost.platform.parts import Parts
from waypost.platform.storage.blobs import Blobs
from waypost.ticketing.intake.scanning.clamd import Scanner, ScannerSilent
from waypost.ticketing.intake.scanning.jobs import attachments_scan, attachments_scan_rest
from waypost.ticketing.intake.scanning.settings import ScanSettings
from waypost.ticketing.messages.models import Attachment, FilesCame
from waypost.ticketing.tickets.handing import Handing

pytestmark = pytest.mark.anyio
HEADERS = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"


def with_files(name: str, **files: bytes) -> bytes:
    """A mail with pictures of these names and bytes."""
    parts = [
        f"--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment; filename={one}.png\r\n\r\n{base64.b64encode(data).decode()}\r\n"
        for one, data in files.items()
    ]
    body = f"--b\r\nContent-Type: text/plain\r\n\r\nSee {name}.\r\n{''.join(parts)}--b--"
    return mail(name, text=body, headers=HEADERS)


@dataclass(slots=True)
class Gate:
    """Acme's office with a scanner beside it."""

    office: Office
    clamd: Clamd

    def run(self, desk: MailDesk, address: str | None = None) -> OneRun:
        """What a handler holds."""
        claimed = Claimed.__new__(Claimed)
        object.__setattr__(claimed, "org_id", desk.org)
        parts = Parts(Scanner(self.clamd.address if address is None else address, 5))
        parts.add(desk.blobs, Blobs)
        return OneRun(desk.works, parts, [claimed])

    async def states(self, desk: MailDesk) -> dict[str, tuple[str, str | None]]:
        """Verdicts by file name."""
        chosen = select(Attachment.filename, Attachment.scan_state, Attachment.scan_found)
        async with desk.works.open(desk.org, MACHINE, reads=True) as work:
            return {name: (str(state), found) for name, state, found in await work.db.execute(chosen)}


@pytest.fixture
async def gate(office: Office) -> AsyncIterator[Gate]:
    """With a scanner that listens."""
    async with clamd() as scanner:
        yield Gate(office, scanner)


@pytest.fixture
def held(office: Office) -> Iterator[None]:
    """Files wait for the scanner, as where CLAMD_ADDRESS is set."""
    parts = office.product.house.parts
    before = parts.of(Handing)
    parts.add(ScanSettings.model_validate({"CLAMD_ADDRESS": "clamd:3310"}).handing())
    yield
    parts.add(before)


async def test_what_is_infected_is_marked_and_not_handed_out(gate: Gate, globex: MailDesk) -> None:
    office = gate.office
    (ticket,) = await office.deliver(with_files("1", evil=VIRUS, good=b"a gauge", again=VIRUS, huge=b"x" * 1_200_000))
    await globex.deliver(with_files("1", evil=VIRUS))
    (told,) = (await office.get(f"/tickets/{ticket}"))["messages"]
    await attachments_scan(gate.run(office.desk), FilesCame(told["message_id"]))
    assert await gate.states(office.desk) == {
        "evil.png": ("infected", "Test.Evil-1"),
        "again.png": ("infected", "Test.Evil-1"),
        "good.png": ("clean", None),
        "huge.png": ("failed", "INSTREAM size limit exceeded. ERROR"),
    }
    assert len(gate.clamd.seen) == 3 and await gate.states(globex) == {"evil.png": ("unscanned", None)}
    await refused(office, ticket, {one["filename"]: one["id"] for one in told["attachments"]})


async def refused(office: Office, ticket: str, ids: dict[str, str]) -> None:
    """For programs, for people, and in every form in which it could be shown."""
    at = f"/tickets/{ticket}/attachments/"
    answer = await office.bob.get(f"{at}{ids['evil.png']}/download")
    assert answer.status_code == 403 and "virus scanner" in answer.json()["detail"]
    for form in ("download", "preview"):
        seen = await office.bob.get(f"{at}{ids['evil.png']}/{form}", headers={"accept": "text/html"})
        assert seen.status_code == 403 and "virus scanner" in seen.text, form
    assert (await office.bob.get(f"{at}{ids['evil.png']}/pages/1")).status_code == 403
    assert (await office.bob.get(f"{at}{ids['good.png']}/download")).status_code == 307
    page = await office.page(f"/tickets/{ticket}")
    assert page.count("Infected: Test.Evil-1") == 2
    assert ids["evil.png"] not in page and ids["good.png"] in page and ids["huge.png"] in page


async def test_files_wait_for_the_word_where_there_is_a_scanner(gate: Gate, held: None) -> None:
    """Programs are told to come again, people that it is being looked at; nothing of it stands on any page."""
    office = gate.office
    (ticket,) = await office.deliver(with_files("1", good=b"a gauge"))
    (told,) = (await office.get(f"/tickets/{ticket}"))["messages"]
    (file,) = told["attachments"]
    at = f"/tickets/{ticket}/attachments/{file['id']}"
    for form in ("download", "preview", "pages/1"):
        answer = await office.bob.get(f"{at}/{form}")
        assert answer.status_code == 503 and answer.headers["retry-after"], form
    for page in ("", "/print"):
        shown = await office.page(f"/tickets/{ticket}{page}")
        assert file["id"] not in shown and "/blobs/" not in shown
    assert "Being scanned for viruses" in await office.page(f"/tickets/{ticket}")
    await attachments_scan_rest(gate.run(office.desk))
    assert (await office.bob.get(f"{at}/download")).status_code == 307
    assert file["id"] in await office.page(f"/tickets/{ticket}")


async def test_files_of_our_own_replies_are_shown_to_it_too(gate: Gate) -> None:
    office = gate.office
    sender = await put_sender(office)
    (ticket,) = await office.deliver(with_files("1"))
    words = {"send_identity_id": sender, "to_emails": ["a@b.example"], "subject": "s", "body_text": "t"}
    sent = await office.bob.post(f"/tickets/{ticket}/reply", data=words, files=[("files", ("e.png", VIRUS))])
    await attachments_scan(gate.run(office.desk), FilesCame(UUID(sent.json()["message_id"])))
    assert await gate.states(office.desk) == {"e.png": ("infected", "Test.Evil-1")}
    async with office.desk.works.open(office.desk.org, MACHINE, reads=True) as work:
        asked = await work.db.scalars(text("select payload ->> 'message_id' from jobs where type = 'attachments_scan'"))
        assert sent.json()["message_id"] in asked.all()


async def test_a_real_clamd_says_what_the_stand_in_says(gate: Gate) -> None:
    """The far side as operators install it: found, clean, and too large for it."""
    desk = gate.office.desk
    await desk.deliver(with_files("1", evil=EICAR, good=b"a gauge", huge=b"x" * 1_200_000))
    async with real_clamd() as address:
        await attachments_scan_rest(gate.run(desk, address))
    states = await gate.states(desk)
    assert states["good.png"] == ("clean", None) and states["huge.png"][0] == "failed"
    assert states["evil.png"] == ("infected", "Waypost.Test.UNOFFICIAL")


async def test_a_silent_scanner_is_asked_again_and_without_one_nothing_is_asked(gate: Gate) -> None:
    desk = gate.office.desk
    await desk.deliver(with_files("1", evil=VIRUS))
    await attachments_scan_rest(gate.run(desk, ""))
    gate.clamd.mute = True
    for address in (gate.clamd.address, "127.0.0.1:1", "/no/such/socket"):
        with pytest.raises(ScannerSilent):
            await attachments_scan_rest(gate.run(desk, address))
    assert await gate.states(desk) == {"evil.png": ("unscanned", None)}
    gate.clamd.mute = False
    for _ in range(2):
        await attachments_scan_rest(gate.run(desk))
    assert await gate.states(desk) == {"evil.png": ("infected", "Test.Evil-1")} and len(gate.clamd.seen) == 2


async def test_a_file_that_it_says_nothing_about_holds_up_no_other(gate: Gate) -> None:
    desk = gate.office.desk
    await desk.deliver(with_files("1", evil=VIRUS, good=b"a gauge"), with_files("2", odd=MUTE))
    with pytest.raises(ScannerSilent):
        await attachments_scan_rest(gate.run(desk))
    assert {name: state for name, (state, _) in (await gate.states(desk)).items()} == {
        "evil.png": "infected",
        "good.png": "clean",
        "odd.png": "unscanned",
    }


async def test_a_mail_with_files_asks_for_one_look(gate: Gate) -> None:
    desk = gate.office.desk
    await desk.deliver(with_files("1", one=b"1", two=b"2"), mail("2", subject="No files"))
    asked = text("select payload from jobs where type = 'attachments_scan'")
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        (payload,) = await work.db.scalars(asked)
        assert payload == {"message_id": str(await work.db.scalar(select(Attachment.message_id).limit(1)))}


@pytest.mark.parametrize("place", ["", "clamd:3310", "[::1]:3310", "/run/clamav/clamd.ctl"])
def test_where_it_may_listen(place: str) -> None:
    assert ScanSettings.model_validate({"CLAMD_ADDRESS": place}).scanner() == Scanner(place, 60)


@pytest.mark.parametrize(("said", "waits"), [({}, False), ({"CLAMD_ADDRESS": "c:1"}, True)])
def test_whether_files_wait(said: dict[str, str], waits: bool) -> None:
    assert ScanSettings.model_validate(said).handing() == Handing(waits)
    assert ScanSettings.model_validate(said | {"CLAMD_FILES_WAIT": "false"}).handing() == Handing(False)


@pytest.mark.parametrize("place", ["clamd", "clamd:port", "clamd:99999", "http://clamd:3310", "run/clamd.ctl"])
def test_where_it_may_not(place: Any) -> None:
    with pytest.raises(ValidationError, match="neither host:port"):
        ScanSettings.model_validate({"CLAMD_ADDRESS": place})
