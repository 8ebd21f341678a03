"""The dead letters as people and programs see them: a list, one of them, thrown away on purpose (ruling 34)."""

import json
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from waypost.platform.errors import NotFound
from waypost.platform.observe import logs
from waypost.sourcing.scraper.asking import BadRequest
from waypost.sourcing.scraper.house import House
from waypost.sourcing.scraper.replay import shown
from waypost.sourcing.scraper.store import letters
from waypost.sourcing.scraper.store.letters import Choice

PAGE = 50
_log = logs.line("waypost.sourcing.scraper.letterbox")


class NoSuchLetter(NotFound):
    """Not Found."""


class Letterbox:
    """Its doors; the guard stands before them."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def listed(self, request: Request) -> Response:
        """`{items, total, next}`, the oldest first; `next` goes into `after` for the page that follows."""
        choice = self._choice(request)
        await self._house.imported()
        found = await self._house.store.ask(lambda db: letters.chosen(db, choice))
        total = await self._house.store.ask(lambda db: letters.counted(db, choice))
        after = found[-1].id if len(found) == choice.limit else None
        return _json({"items": [shown(each) for each in found], "total": total, "next": after})

    async def shown(self, request: Request) -> Response:
        """One, with what it wants to say."""
        number = request.path_params["entry"]
        found = await self._house.store.ask(lambda db: letters.one(db, number))
        if found is None:
            raise NoSuchLetter
        return _json(shown(found) | {"payload": json.loads(found.report.body) if found.report.body else None})

    async def discarded(self, request: Request) -> Response:
        """Nobody needs it any more."""
        number, now = request.path_params["entry"], self._house.now()
        if not await self._house.store.ask(lambda db: letters.discard(db, number, now)):
            raise NoSuchLetter
        _log.warning("scraper.letter_discarded", entry=number)
        return _json({"ok": True, "id": number, "state": "discarded"})

    def _choice(self, request: Request) -> Choice:
        asked = request.query_params
        run, kind = asked.get("sourceRunId"), asked.get("class")
        if kind not in (None, "transient", "permanent"):
            raise BadRequest(errors=[{"field": "class", "message": "must be transient or permanent"}])
        return Choice(
            run_id=_uuid(run) if run else None,
            kind=kind,
            until=self._house.now(),
            limit=_number(asked.get("limit"), "limit", PAGE, letters.MOST),
            after=_number(asked.get("after"), "after", 0, 2**62),
            with_waiting=asked.get("state") == "all",
        )


def _number(text: str | None, field: str, usual: int, most: int) -> int:
    if text is None:
        return usual
    if not (text.isascii() and text.isdecimal()) or not 0 <= int(text[:20]) <= most:
        raise BadRequest(errors=[{"field": field, "message": f"must be a number up to {most}"}])
    return int(text)


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise BadRequest(errors=[{"field": "sourceRunId", "message": "must be a UUID"}]) from None


def _json(told: object) -> Response:
    return JSONResponse(told, headers={"cache-control": "no-store"})
