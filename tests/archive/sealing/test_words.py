"""A snapshot's words of ours, said in the language of its pages; everything else as it was written."""

import pytest

from tests.archive.sealing.cases import AT, article, case, kept, words
from waypost.archive.sealing.look import Look
from waypost.archive.sealing.printing import print_directly
from waypost.archive.sealing.snapshot import Event, Origin
from waypost.archive.sealing.words import Words
from waypost.archive.sources.zammad.articles import KINDS
from waypost.archive.sources.zammad.history import SHOWN
from waypost.bridges.kept_tickets.events import FIELDS, WORDS
from waypost.bridges.kept_tickets.gathering import REMOTE
from waypost.bridges.kept_tickets.snapshots import MISSING
from waypost.ticketing.tickets.models import Priority, Status

GERMAN, ENGLISH = Words("de"), Words("en")


def test_every_word_of_ours_has_a_german_one() -> None:
    catalogue = GERMAN.all
    assert {*WORDS.values(), "created", MISSING, REMOTE.replace("%d", "{n}")} <= catalogue["phrases"].keys()
    assert set(FIELDS.values()) == catalogue["changes"].keys() == ENGLISH.all["changes"].keys()
    assert catalogue["attributes"].keys() == ENGLISH.all["attributes"].keys() == SHOWN
    assert catalogue["values"]["Status"].keys() == set(Status)
    assert catalogue["values"]["Priority"].keys() == set(Priority)
    assert set(KINDS.values()) <= catalogue["values"]["channel"].keys()


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("A mail opened the ticket", "Eine E-Mail eröffnete das Ticket"),
        ("Status: open → closed", "Status: Offen → Geschlossen"),
        (
            "Priority: normal → high, Assigned to: nobody → Bob, the Second, Queue: nobody → closed",
            "Priorität: Normal → Hoch, Zugewiesen an: niemand → Bob, the Second, Warteschlange: niemand → closed",
        ),
        ("state: open → closed", "Status: open → closed"),
        ("title: closed, Queue: nobody → –", "Titel: closed, Queue: nobody → –"),
        ("tag: created", "Tag: created"),
        ("somebody's own words", "somebody's own words"),
        ("See Status: open → closed", "See Status: open → closed"),
    ],
)
def test_the_history(english: str, german: str) -> None:
    assert GERMAN.event(english) == german
    if english != "A mail opened the ticket" and english[0].isupper():
        assert ENGLISH.event(english) == english


def test_reasons_and_omissions() -> None:
    assert GERMAN.phrase("larger than 10 bytes") == "größer als 10 Bytes"
    assert GERMAN.phrase("larger than ten bytes") == "larger than ten bytes"
    nested = "The ticket's history could not be read: Zammad does not accept our request (403)."
    assert (
        GERMAN.phrase(nested) == "Der Verlauf des Tickets war nicht lesbar: Zammad nimmt unsere Anfrage nicht an (403)."
    )
    assert ENGLISH.phrase(nested) == nested


def test_a_german_document_is_german_throughout() -> None:
    lost = kept(b"x", "a.bin", fate="failed", sha256=None, reason=MISSING)
    whole = case(
        article("", "Closed", kind="email", files=(lost,)),
        origin=Origin("ticket", ""),
        events=(Event(AT, "Closed", "Closed"), Event(AT, "Status: open → closed", "Bob")),
        omissions=("Pictures on other servers were not fetched: 3.",),
    )
    said = words(print_directly(whole, Look())[0])
    for text in (
        "GeschlossenClosed",
        "Status:Offen→GeschlossenBob",
        "Esfehlt:BilderaufanderenServernwurdennichtgeholt:3.",
        "(DergespeicherteInhaltfehlt.)",
        "Kanal:E-Mail",
    ):
        assert text in said, text
