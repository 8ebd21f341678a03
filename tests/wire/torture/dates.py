"""Dates that are absent, impossible, far away or in another grammar."""

from tests.wire.torture.case import Case, Holds
from tests.wire.torture.raw import BODY, mail

UNKNOWN = "unknown"
ROW = "broken-dates"


def _dated(name: str, written: str | bytes | None, read: str | None = UNKNOWN, *more: str) -> Case:
    """`read` is the instant in UTC, None when no date can be known; UNKNOWN leaves it open."""
    holds: Holds = {"text_has": ["hall"]}
    if read != UNKNOWN:
        holds["date"] = read
    return Case(f"dates/{name}", [mail(BODY, *more, date=written)], holds=holds, rows=(ROW,))


CASES = (
    _dated("ordinary", "Tue, 10 Feb 2026 09:12:33 +0100", "2026-02-10T08:12:33+00:00"),
    _dated("without-weekday", "10 Feb 2026 09:12:33 +0100", "2026-02-10T08:12:33+00:00"),
    _dated("without-seconds", "Tue, 10 Feb 2026 09:12 +0100", "2026-02-10T08:12:00+00:00"),
    _dated("without-zone", "Tue, 10 Feb 2026 09:12:33", "2026-02-10T09:12:33+00:00"),
    _dated("zone-unknown-minus-zero", "Tue, 10 Feb 2026 09:12:33 -0000", "2026-02-10T09:12:33+00:00"),
    _dated("zone-by-name", "Tue, 10 Feb 2026 09:12:33 EST", "2026-02-10T14:12:33+00:00"),
    _dated("zone-in-comment", "Tue, 10 Feb 2026 09:12:33 +0100 (CET)", "2026-02-10T08:12:33+00:00"),
    _dated("zone-nonsense", "Tue, 10 Feb 2026 09:12:33 +9999"),
    _dated("zone-with-colon", "Tue, 10 Feb 2026 09:12:33 +01:00"),
    _dated("zone-negative-huge", "Tue, 10 Feb 2026 09:12:33 -99999999"),
    _dated("wrong-weekday", "Mon, 10 Feb 2026 09:12:33 +0100", "2026-02-10T08:12:33+00:00"),
    _dated("two-digit-year", "Tue, 10 Feb 26 09:12:33 +0100", "2026-02-10T08:12:33+00:00"),
    _dated("two-digit-year-of-1997", "Mon, 10 Feb 97 09:12:33 +0100", "1997-02-10T08:12:33+00:00"),
    _dated("three-digit-year", "Tue, 10 Feb 126 09:12:33 +0100"),
    _dated("year-9999", "Fri, 31 Dec 9999 23:59:59 +0000"),
    _dated("year-9999-west", "Fri, 31 Dec 9999 23:59:59 -1200"),
    _dated("year-1-east", "Mon, 1 Jan 0001 00:00:00 +1200"),
    _dated("year-0", "Sat, 1 Jan 0000 00:00:00 +0000"),
    _dated("year-of-50-digits", f"Tue, 10 Feb {'2' * 50} 09:12:33 +0000"),
    _dated("negative-year", "Tue, 10 Feb -2026 09:12:33 +0000"),
    _dated("epoch", "Thu, 1 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00+00:00"),
    _dated("before-the-epoch", "Wed, 31 Dec 1969 23:59:59 +0000"),
    _dated("leap-second", "Sat, 31 Dec 2016 23:59:60 +0000"),
    _dated("30-february", "Mon, 30 Feb 2026 09:12:33 +0100", None),
    _dated("hour-25", "Tue, 10 Feb 2026 25:12:33 +0100", None),
    _dated("month-in-german", "Di, 10 März 2026 09:12:33 +0100"),
    _dated("iso-8601", "2026-02-10T09:12:33+01:00"),
    _dated("american", "02/10/2026 09:12 AM"),
    _dated("seconds-since-epoch", "1770711153"),
    _dated("dots-in-time", "Tue, 10 Feb 2026 09.12.33 +0100"),
    _dated("absent", None, None),
    _dated("empty", "", None),
    _dated("prose", "yesterday, about noon", None),
    _dated("only-commas", ",,,,", None),
    _dated("nul", b"Tue, 10 Feb\x00 2026 09:12:33 +0100"),
    _dated("eight-bit", b"Tue, 10 F\xe9v 2026 09:12:33 +0100"),
    _dated("encoded-word", "=?utf-8?Q?Tue,_10_Feb_2026_09:12:33_+0100?="),
    _dated("of-100-kb", "Tue, 10 Feb 2026 09:12:33 +0100 " + "(very late) " * 8_000),
    _dated("ten-thousand-digits", "Tue, " + "1" * 10_000 + " Feb 2026 09:12:33 +0100"),
    _dated("in-the-future", "Sat, 10 Feb 2035 09:12:33 +0100", "2035-02-10T08:12:33+00:00"),
    _dated("received-broken-too", None, None, "Received: from a by b; not a date at all"),
)
