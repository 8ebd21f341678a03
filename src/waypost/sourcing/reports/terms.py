"""What reports are told. A part."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportTerms:
    """How far back summaries look unless they are asked otherwise."""

    window_hours: int = 72
