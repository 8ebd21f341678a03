"""What is to be exported, from what somebody typed or a program sent; kept as it was asked for."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from waypost.archive.records.listing import Filters
from waypost.archive.records.views import NAMES, View
from waypost.platform.errors import Invalid

MOST_IDS = 1_000


class ChoiceUnreadable(Invalid):
    """Name records by their ids, at most 1,000, or narrow the catalogue by its filters."""


def asked_of(sent: Mapping[str, Any], ids: Sequence[str]) -> dict[str, Any]:
    """Only what counts, as text. Refuses what is no filter and no id (422)."""
    asked: dict[str, Any] = {name: str(sent[name])[:200] for name in NAMES if name != "cursor" and sent.get(name)}
    if ids:
        asked["record_ids"] = [str(one) for one in _ids(ids)]
    choice_of(asked)
    return asked


def choice_of(asked: Mapping[str, Any]) -> tuple[Filters, list[UUID]]:
    """The same as the database is asked."""
    view = View(*(str(asked.get(name, "")) for name in NAMES))
    return view.filters(), _ids(asked.get("record_ids", ()))


def _ids(sent: Sequence[str]) -> list[UUID]:
    if len(sent) > MOST_IDS:
        raise ChoiceUnreadable
    try:
        return [UUID(str(one)) for one in sent]
    except ValueError:
        raise ChoiceUnreadable from None
