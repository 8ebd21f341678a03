"""Mail of a trial: put down as files, each once, and found again."""

from pathlib import Path
from uuid import uuid4

import pytest

from waypost.ticketing.outbound.folder import FolderFull, FolderSender
from waypost.ticketing.outbound.sender import Envelope, NoRelay
from waypost.ticketing.outbound.settings import OutboundSettings

pytestmark = pytest.mark.anyio
RAW = b"From: a@acme.example\r\nSubject: x\r\n\r\nline\r\n"


def envelope(message_id: str = "<x/../y@acme.example>") -> Envelope:
    """A letter whose id could be taken for a path."""
    return Envelope(uuid4(), None, "a@acme.example", ("b@client.example",), message_id, RAW)


async def nothing() -> None:
    """The moment of no return, which is nobody's business here."""


async def test_a_letter_is_put_down_once_and_found_again(tmp_path: Path) -> None:
    sender = FolderSender(tmp_path / "sent")
    assert await sender.find(envelope()) is None
    for _ in range(2):
        await sender.send(envelope(), nothing)
    (file,) = (tmp_path / "sent").iterdir()
    assert file.read_bytes() == RAW
    found = await sender.find(envelope())
    assert found is not None
    assert found.provider_id == file.name


async def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FolderFull):
        await FolderSender(tmp_path / "file" / "sent").send(envelope(), nothing)


def test_only_an_operator_without_a_relay_gets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(OutboundSettings().relay(), NoRelay)
    monkeypatch.setenv("MAIL_FOLDER", str(tmp_path))
    assert isinstance(OutboundSettings().relay(), FolderSender)
    monkeypatch.setenv("SMTP_HOST", "mail.acme.example")
    assert not isinstance(OutboundSettings().relay(), FolderSender)
