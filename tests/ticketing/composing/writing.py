"""Bob at the composer: what its form holds, and what becomes of it."""

from html.parser import HTMLParser
from urllib.parse import urlencode

import httpx2

from tests.ticketing.tickets.conftest import FORM, Office

UNSENT = {"files", "csrf_token", "text"}


class Form(HTMLParser):
    """The fields of the composer's form, as a browser without scripts would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._inside, self._text, self._select = False, "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a control holds."""
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self._inside = given.get("id") == "composer"
        elif not self._inside or name in UNSENT:
            return
        elif tag == "textarea":
            self._text, self.values[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given and self._select:
            self.values[self._select] = value
        elif tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.values[name] = value

    def handle_data(self, data: str) -> None:
        """What stands in a textarea; the line break after its tag is not part of it."""
        if self._text:
            self.values[self._text] += data.removeprefix("\n") if not self.values[self._text] else data

    def handle_endtag(self, tag: str) -> None:
        """Leave it."""
        if tag == "textarea":
            self._text = ""
        if tag == "select":
            self._select = ""
        if tag == "form":
            self._inside = False


def fields(page: str) -> dict[str, str]:
    """The fields of the form in a page; no address chosen is an empty one."""
    return {"identity": ""} | Form(page).values


async def form(office: Office, ticket: str, **params: str) -> dict[str, str]:
    """The composer of a ticket, just opened."""
    return fields(await office.page(f"/tickets/{ticket}/reply?{urlencode(params)}"))


async def post(office: Office, path: str, data: dict[str, str]) -> httpx2.Response:
    """Bob sends the form."""
    return await office.bob.post(path, data=data, headers=FORM)
