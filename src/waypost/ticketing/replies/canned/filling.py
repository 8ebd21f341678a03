"""`{{requester.name}}` and its kind: places for names in a text, filled when it is used, checked when it is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from waypost.platform.errors import Invalid

PLACE = re.compile(r"\{\{\s*([^{}]{0,80}?)\s*\}\}")
EXAMPLES = {
    "ticket.code": "tkt-2fmk6p4q3a7zt5xe",
    "ticket.subject": "Boiler is cold",
    "requester.name": "Ines Roth",
    "requester.first_name": "Ines",
    "requester.email": "ines.roth@example.org",
    "agent.name": "Bob Tanner",
    "agent.first_name": "Bob",
    "agent.email": "bob@acme.example",
    "organisation.name": "Acme",
}
"""Every place there is, with what might stand there."""


class UnknownPlace(Invalid):
    """There is no such variable."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a text names. Without a name the address stands for it."""

    name: str
    email: str

    def values(self, who: str) -> dict[str, str]:
        """Their three places."""
        name = self.name.strip() or self.email
        first = name.split()[0] if name.split() else ""
        return {f"{who}.name": name, f"{who}.first_name": first, f"{who}.email": self.email}


def refuse_unknown(body: str) -> None:
    """Refuse a text with a place that we cannot fill, by its name: better now than in front of a customer."""
    for place in PLACE.finditer(body):
        if place[1] not in EXAMPLES:
            known = ", ".join(EXAMPLES)
            wrong = [{"field": "body", "msg": f"{{{{{place[1]}}}}} is not known"}]
            raise UnknownPlace(f"{{{{{place[1]}}}}} is not known; there are: {known}", errors=wrong)


def fill(body: str, values: Mapping[str, str]) -> str:
    """The text with every known place filled; what stands in a value is never filled again."""
    return PLACE.sub(lambda place: values.get(place[1], place[0]), body)
