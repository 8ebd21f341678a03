"""What a saved view may say: as documented filters for programs, as fields of the inbox's address for people. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from waypost.platform.errors import Invalid

WORDS = ("q", "status", "assignee_user_id", "assignee_queue_id")
LIMIT = "limit"
MOST = 100
LONGEST_WORD = 320
FIELDS = ("view", "status", "q", "assignee", "queue", "priority", "requester", "tag", "since", "until")
"""Fields of the inbox's address that a view keeps; its place in the list is none of them."""
TO_FIELD = {"q": "q", "status": "status", "assignee_user_id": "assignee", "assignee_queue_id": "queue"}
STATUS_OF_VIEW = {"waiting": "pending", "spam": "spam"}
"""Views of the inbox that are one status."""


class UnknownFilter(Invalid):
    """Filters are q, status, assignee_user_id, assignee_queue_id and limit, each as text."""


def filters(given: Mapping[str, Any]) -> dict[str, Any]:
    """The documented filters, cleaned: null and blank dropped, text trimmed, `limit` a whole number of 1 to 100."""
    kept: dict[str, Any] = {}
    for name, value in given.items():
        if name not in (*WORDS, LIMIT):
            raise UnknownFilter(errors=[{"field": f"filters.{name[:40]}", "msg": "unknown filter"}])
        cleaned = None if value is None else _limit(value) if name == LIMIT else _word(name, value)
        if cleaned is not None:
            kept[name] = cleaned
    return kept


def _word(name: str, value: Any) -> str | None:
    if not isinstance(value, str) or len(value) > LONGEST_WORD or "\0" in value:
        raise UnknownFilter(errors=[{"field": f"filters.{name}", "msg": "text of at most 320 characters"}])
    return value.strip() or None


def _limit(value: Any) -> int:
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError
        return max(1, min(MOST, int(value)))
    except (ValueError, OverflowError) as broken:
        raise UnknownFilter(errors=[{"field": "filters.limit", "msg": "a whole number"}]) from broken


def address(documented: Mapping[str, Any]) -> dict[str, str]:
    """Where the inbox shows what these filters choose."""
    fields = {TO_FIELD[name]: str(value) for name, value in documented.items() if name in TO_FIELD}
    return {"view": "all", **fields}


def fields(given: Mapping[str, str]) -> dict[str, str]:
    """What an address of the inbox says, cleaned."""
    wanted = {name: given.get(name, "").replace("\0", "").strip()[:LONGEST_WORD] for name in FIELDS}
    said = {name: value for name, value in wanted.items() if value}
    return said if "view" in said or "q" in said else {"view": "open", **said}


def at(query: Mapping[str, str]) -> str:
    """The inbox's address that shows it, its fields always in the same order."""
    return f"/tickets?{urlencode({name: query[name] for name in FIELDS if name in query})}"


def expressed(query: Mapping[str, str]) -> dict[str, Any] | None:
    """The documented filters that say the same; None when they cannot."""
    status = query.get("status") or STATUS_OF_VIEW.get(query.get("view", ""))
    if not status and query.get("view", "" if query.get("q") else "open") not in ("", "all"):
        return None
    if {"priority", "requester", "tag", "since", "until"} & query.keys() or query.get("assignee") in ("me", "none"):
        return None
    said = {name: query[field] for name, field in TO_FIELD.items() if field in query}
    return {**said, "status": status} if status else said
