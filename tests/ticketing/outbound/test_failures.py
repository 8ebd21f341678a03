"""Why a mail did not leave, in the reader's language: no sentence of ours that can be stored stays English."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader
from markupsafe import escape

import waypost
from waypost.platform.ids import new_id
from waypost.ticketing.mailboxes.google.sender import NoMailboxToSend, NotTaken, SendingNotCovered
from waypost.ticketing.mailboxes.google.words import ConsentNeeded, GoogleBusy
from waypost.ticketing.outbound.actions import GAVE_UP, Bounce
from waypost.ticketing.outbound.delivery import SWITCHED_OFF
from waypost.ticketing.outbound.sender import LookedUpLater, NoWayOut
from waypost.ticketing.outbound.smtp import RelayNotEncrypted, RelayNotTrusted, RelayRefusesLogin, RelaySilent

OURS = (
    NoWayOut,
    LookedUpLater,
    RelaySilent,
    RelayRefusesLogin,
    RelayNotEncrypted,
    RelayNotTrusted,
    NotTaken,
    NoMailboxToSend,
    SendingNotCovered,
    ConsentNeeded,
    GoogleBusy,
)
TITLES = {each.title() for each in OURS}
THEIRS = "550 5.1.1 <x@client.example> 100% gone"
BACK = f"It came back. {Bounce(new_id(), 'x@client.example', '100% gone')}"


def failed(said: str | None) -> str:
    """The macro, with a catalogue that marks what it was asked for and knows every refusal's title."""
    env = Environment(loader=FileSystemLoader(Path(waypost.__file__).parent), autoescape=True)
    env.globals["_"] = lambda words, **named: escape("«") + words % named + "»"
    env.globals["told"] = lambda words: f"«{words}»" if words in TITLES else words
    return str(env.get_template("ticketing/outbound/failures.html").make_module().failed(said))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("said", "foreign"),
    [
        *((title, "") for title in sorted(TITLES)),
        (SWITCHED_OFF, ""),
        (GAVE_UP, ""),
        (f"{GAVE_UP} {RelaySilent.title()}", ""),
        (f"The mail relay answered {THEIRS}", THEIRS),
        (f"{GAVE_UP} The mail relay answered {THEIRS}", THEIRS),
        (BACK, "x@client.example: 100% gone"),
        ("Something else", "Something else"),
        (None, ""),
    ],
)
def test_what_is_stored_is_worded(said: str | None, foreign: str) -> None:
    """What is left is only what somebody else's server said, and it is escaped."""
    rest = re.sub("«[^«»]*»|</?bdi>", "", failed(said)).strip()
    assert rest == str(escape(foreign))
