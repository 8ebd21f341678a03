"""Where a ticket's record belongs (archive's §2.3), with the documented codes of §4.3."""

from typing import Any

import pytest

from waypost.archive.sealing.snapshot import Party
from waypost.archive.sources.zammad.placing import FieldNames, placing
from waypost.archive.sources.zammad.reading import Names, Ticket
from waypost.platform.errors import Refusal

INES, OWN = Party(id="3", login="ines"), Party(id="7", login="archiver")


def ticket(**values: Any) -> Ticket:
    """A ticket whose last change was ours."""
    names = Names(users={"3": INES, "7": OWN, "1": Party(id="1", login="-")})
    record = {"id": 5, "number": "22005", "owner_id": 3, "updated_by_id": 7, "archive_path": "A > B"}
    return Ticket("5", "22005", {**record, **values}, names)


def where(agents: tuple[Party, ...] = (), **values: Any) -> tuple[str, tuple[str, ...]]:
    """User folder and chain."""
    found = placing(ticket(**values), FieldNames(), agents, "7")
    return found.user, found.segments


@pytest.mark.parametrize(
    ("value", "segments"),
    [
        ("A > B", ("A", "B")),
        ("A::B::C", ("A", "B", "C")),
        (" A >> B :: ", ("A", "B")),
        ("A", ("A",)),
        (["A", " B ", ""], ("A", "B")),
        (["A > B"], ("A > B",)),
    ],
)
def test_chains(value: Any, segments: tuple[str, ...]) -> None:
    """Split on `>` and, as tree selects are joined, on `::`; lists are taken as they are."""
    assert where(archive_path=value)[1] == segments


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"archive_path": None}, "missing_archive_path"),
        ({"archive_path": "  > :: "}, "empty_archive_path"),
        ({"archive_path": []}, "empty_archive_path"),
        ({"archive_path": 5}, "invalid_archive_path"),
        ({"archive_path": ["A", 5]}, "invalid_archive_path"),
        ({"archive_path": {"a": "b"}}, "invalid_archive_path"),
        ({"archive_user_mode": ""}, "path_validation"),
        ({"archive_user_mode": "everyone"}, "path_validation"),
        ({"archive_user_mode": "fixed"}, "missing_archive_user"),
        ({"archive_user_mode": "fixed", "archive_user": "  "}, "missing_archive_user"),
        ({"owner_id": 1}, "missing_user_login"),
        ({"archive_user_mode": "current_agent"}, "missing_user_login"),
    ],
)
def test_refusals(values: dict[str, Any], code: str) -> None:
    """Each is permanent and carries its documented code."""
    with pytest.raises(Refusal) as refused:
        where(**values)
    assert refused.value.code == code and not refused.value.again


def test_modes() -> None:
    """No mode means the owner; `current_agent` is whoever caused it, never our own account."""
    assert where()[0] == "ines"
    assert where(archive_user_mode="fixed", archive_user=" legal ")[0] == "legal"
    assert where(archive_user_mode="current_agent", updated_by_id=3)[0] == "ines"
    assert where((OWN, Party(id="9", login="bob")), archive_user_mode="current_agent")[0] == "bob"
    assert where((Party(login="from-payload"),), archive_user_mode="current_agent")[0] == "from-payload"


def test_configured_names_and_nested_values() -> None:
    """Fields may be called otherwise; old doubles keep them below the preferences."""
    nested = {"preferences": {"custom_fields": {"folder": "X::Y"}}, "archive_path": None}
    found = placing(ticket(**nested), FieldNames(path="folder"), (), None)
    assert found.segments == ("X", "Y")
