"""The path policy: the documented vectors as they were, and the names that shares cannot take."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from waypost.archive.places.policy import (
    NAME_BYTES,
    SUFFIXES,
    Rules,
    attachment_name,
    check_pattern,
    filename,
    fit,
    folders,
    hashed,
    sanitised,
    short_hash,
)
from waypost.archive.places.refusals import PathRefused

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("über café", "uber_cafe"),
        ("客户", "_"),
        ("user@example.com", "user_example.com"),
        ("My Team", "My_Team"),
        ("ß", "_"),
        ("½", "1_2"),
        ("ﬁ", "fi"),
        ("a***b", "a_b"),
        ("\u0301", "_"),
        ("a \t\n b", "a_b"),
        ("a\x07b", "a_b"),
        ("", ""),
    ],
)
def test_documented_spellings(raw: str, name: str) -> None:
    assert sanitised(raw) == name


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("CON", "CON_"),
        ("nul.txt", "nul_.txt"),
        ("Com1", "Com1_"),
        ("lpt9.a.b", "lpt9_.a.b"),
        ("console", "console"),
        ("Support.", "Support_"),
        ("Support ", "Support_"),
        ("-rf", "_rf"),
        (".git", "_git"),
        ("...", "_"),
        ("a.b-c", "a.b-c"),
    ],
)
def test_names_that_windows_keeps_or_hides(raw: str, name: str) -> None:
    (found, _) = folders(raw, ["x"], Rules())
    assert found.name == name and found.lossy == (raw != name)


def test_blanks_become_what_the_operator_says() -> None:
    assert folders("My Team", ["a  b"], Rules(blank="-"))[1].name == "a-b"


def refused(user: object, segments: list[object], **rules: object) -> str:
    with pytest.raises(PathRefused) as caught:
        folders(user, segments, Rules(**rules))  # type: ignore[arg-type]  # what a foreign system sends
    assert caught.value.detail and caught.value.status == 422
    return caught.value.token


@pytest.mark.parametrize("segment", ["", ".", "..", "a/b", "a\\b", "a\0b", "x" * 65, "．．", 5, None])
def test_bad_parts_are_refused_by_their_documented_codes(segment: object) -> None:
    assert refused("anna", [segment]) == "invalid_archive_path"
    assert refused(segment, ["Support"]) == "path_validation"


def test_depth_and_length() -> None:
    assert len(folders("u" * 64, ["s"] * 10, Rules())) == 11
    assert refused("u", ["s"] * 11) == "invalid_archive_path"
    assert refused("u", []) == "empty_archive_path"
    assert refused("u", ["Ⅷ" * 20]) == "invalid_archive_path"


def test_prefixes_are_compared_after_making_safe() -> None:
    rules = Rules(allow_prefixes=("Kunden > Über uns", "A/B"))
    assert folders("anyone", ["Kunden", "Uber uns", "2026"], rules)[2].name == "Uber_uns"
    assert folders("anyone", ["A", "B"], rules)
    for outside in (["Kunden"], ["A"], ["AB"], ["Kunden", "Uber usw"]):
        assert refused("u", list[object](outside), allow_prefixes=rules.allow_prefixes) == "path_not_allowed"
    assert refused("u", ["A"], allow_prefixes=()) == "allow_prefixes_empty"


def test_the_date_is_that_of_utc() -> None:
    late = datetime(2026, 11, 23, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert filename("123", late, Rules()) == ("Ticket-123_2026-11-22", ".pdf")
    assert filename("12/3 ä", NOON, Rules()) == ("Ticket-12_3_a_2026-11-22", ".pdf")
    assert filename("7", NOON, Rules(pattern="{date_utc} {ticket_number}")) == ("2026-11-22 7", "")


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        ".",
        "..",
        "a/{ticket_number}",
        "a\\b",
        "{number}",
        "{ticket_number",
        "a\0",
        "con.pdf",
        "-a",
        ".a",
        "a.",
        "a:b",
        "{}",
    ],
)
def test_patterns_that_make_no_name(pattern: str) -> None:
    with pytest.raises(PathRefused) as caught:
        filename("1", NOON, Rules(pattern=pattern))
    assert caught.value.token == "invalid_filename"
    with pytest.raises(ValueError, match="ticket_number"):
        check_pattern(pattern)


def test_a_name_leaves_room_for_its_suffixes() -> None:
    longest = "n" * (NAME_BYTES - SUFFIXES - len("Ticket-_2026-11-22.pdf"))
    assert filename(longest, NOON, Rules())
    with pytest.raises(PathRefused):
        filename(longest + "n", NOON, Rules())


def test_attachments_are_named_as_documented_and_bounded() -> None:
    assert attachment_name("7", "12", "Rechnung März.pdf") == "attachments/7_12_Rechnung_Marz.pdf"
    assert attachment_name("7", None, "") == "attachments/7_0_bin"
    assert attachment_name("7", "1", "a.pdf", mark="0a1b2c3d") == "attachments/7_1_a-0a1b2c3d.pdf"
    one, other = (attachment_name("7", "1", "x" * 400 + tail + ".docx") for tail in "ab")
    assert one != other and one.endswith(".docx") and len(one.removeprefix("attachments/")) <= NAME_BYTES - SUFFIXES
    assert attachment_name("../..", "1", "../../etc/passwd").count("/") == 1


def test_hashes_are_stable_and_blind_to_unicode_forms() -> None:
    assert short_hash("é") == short_hash("e\u0301") != short_hash("e")
    assert hashed("x" * 64, "raw").startswith("x" * 55 + "-") and len(hashed("x" * 64, "raw")) == 64
    assert fit(hashed("_", "客户")) == hashed("_", "客户") != hashed("_", "顧客")
