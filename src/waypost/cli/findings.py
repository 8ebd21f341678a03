"""What an examination finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a check came out; `info` is worth knowing and never wrong."""

    OK = "ok"
    INFO = "info"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check."""

    name: str
    verdict: Verdict
    details: tuple[str, ...]

    def lines(self) -> list[str]:
        """For people: usually one line; one more for each further flaw."""
        first, *more = self.details
        return [f"{self.verdict:8} {self.name:16} {first}"] + [f"{'':25} {detail}" for detail in more]

    def as_dict(self) -> dict[str, str | list[str]]:
        """For programs."""
        return {"name": self.name, "verdict": self.verdict.value, "details": list(self.details)}


def well(name: str, detail: str) -> Finding:
    """Nothing is wrong."""
    return Finding(name, Verdict.OK, (detail,))


def flawed(name: str, flaws: Sequence[str], otherwise: str) -> Finding:
    """Wrong when there are flaws, else well."""
    return Finding(name, Verdict.WRONG, tuple(flaws)) if flaws else well(name, otherwise)
