import pytest

from tests.ticketing.reading.letters import letter, raw_header
from waypost.ticketing.intake.mime import Recipients, choose_recipient, read_mail

_ALL = Recipients(("gm@a.example",), ("delivered@a.example",), ("xo@a.example",), ("to@a.example",), ("cc@a.example",))
_KEYS = {
    "selected_from",
    "selected_value",
    "x_gm_original_to_candidates",
    "delivered_to_candidates",
    "x_original_to_candidates",
    "to_candidates",
    "cc_candidates",
}


def _anything(address: str) -> bool:
    return True


@pytest.mark.parametrize(
    ("dropped", "address", "source", "confidence", "label"),
    [
        ([], "gm@a.example", "workspace_header", "high", "X-Gm-Original-To"),
        (["gm"], "delivered@a.example", "delivered_to", "medium", "Delivered-To"),
        (["gm", "delivered"], "xo@a.example", "x_original_to", "medium", "X-Original-To"),
        (["gm", "delivered", "xo"], "to@a.example", "to_cc_scan", "low", "to"),
        (["gm", "delivered", "xo", "to"], "cc@a.example", "to_cc_scan", "low", "cc"),
        (["gm", "delivered", "xo", "to", "cc"], None, "unknown", "low", None),
    ],
)
def test_headers_speak_in_order_and_journals_are_dropped(
    dropped: list[str], address: str | None, source: str, confidence: str, label: str | None
) -> None:
    chosen = choose_recipient(_ALL, drop={f"{name}@a.example" for name in dropped}, allow=_anything)
    assert (chosen.address, chosen.source, chosen.confidence) == (address, source, confidence)
    assert (chosen.evidence["selected_from"], chosen.evidence["selected_value"]) == (label, address)
    assert set(chosen.evidence) == _KEYS
    assert chosen.evidence["x_gm_original_to_candidates"] == ["gm@a.example"]


def test_among_to_and_cc_the_first_allowed_one_is_preferred() -> None:
    seen = Recipients(to_candidates=("x@other.example", "y@other.example"), cc_candidates=("desk@a.example",))
    allowed = choose_recipient(seen, drop=(), allow=lambda a: a.endswith("@a.example"))
    assert (allowed.address, allowed.evidence["selected_from"]) == ("desk@a.example", "cc")
    assert choose_recipient(seen, drop=(), allow=lambda a: False).address == "x@other.example"


def test_reads_the_candidates_of_all_five_headers() -> None:
    lines = b"X-GM-ORIGINAL-TO: <Desk@a.example>\r\nDelivered-To: j@a.example\r\nDelivered-To: J@a.example, k@a.example"
    mail = read_mail(raw_header(lines + b"\r\nx-original-to: o@a.example\r\nCc: c@a.example"))
    assert mail.recipients == Recipients(
        ("desk@a.example",),
        ("j@a.example", "k@a.example"),
        ("o@a.example",),
        ("support@acme.example",),
        ("c@a.example",),
    )


def test_markers_are_found_wherever_they_stand_and_kept_as_they_are() -> None:
    raw = letter(
        x_oss_ticket_id="T-1",
        x_oss_message_id=" M-1 ",
        to="Desk <Ticket+AbC@in.a.example>, other@a.example",
        delivered_to="ticket+xyz@in.a.example",
    )
    markers = read_mail(raw).oss_markers
    assert (markers.ticket_ids, markers.message_ids) == (("T-1",), ("M-1",))
    assert markers.ticket_addresses == ("Ticket+AbC@in.a.example", "ticket+xyz@in.a.example")


def test_a_mail_without_markers_has_none() -> None:
    markers = read_mail(letter(b"ticket+code@in.a.example", subject="ticket+code@in.a.example")).oss_markers
    assert (markers.ticket_ids, markers.message_ids, markers.ticket_addresses) == ((), (), ())
