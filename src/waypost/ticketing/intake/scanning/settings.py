"""What an operator may say about scanning."""

import re

from pydantic import Field, field_validator

from waypost.platform.settings import Group
from waypost.ticketing.intake.scanning.clamd import Scanner
from waypost.ticketing.tickets.handing import Handing

PLACE = re.compile(r"/.+|(?:\[[0-9a-fA-F:]+\]|[^\s:/]+):(\d{1,5})")


class ScanSettings(Group):
    """The group of the virus scanner."""

    clamd_address: str = Field("", validation_alias="CLAMD_ADDRESS")
    """Where clamd listens, as `host:port` or the path of its socket; files of mails are shown to it, and infected ones
    are not handed out. Empty: nothing is scanned."""
    clamd_timeout_seconds: float = Field(60, ge=1, le=600, validation_alias="CLAMD_TIMEOUT_SECONDS")
    """How long it may take for one file."""
    clamd_files_wait: bool = Field(True, validation_alias="CLAMD_FILES_WAIT")
    """Where there is a scanner: files are handed out only when it has judged them; `false` hands them out meanwhile."""

    @field_validator("clamd_address")
    @classmethod
    def _a_place(cls, text: str) -> str:
        place = text.strip()
        named = PLACE.fullmatch(place)
        if place and (not named or not 0 <= int(named[1] or 1) <= 65_535):
            raise ValueError("is neither host:port nor the path of a socket")
        return place

    def scanner(self) -> Scanner:
        """As the job asks it."""
        return Scanner(self.clamd_address, self.clamd_timeout_seconds)

    def handing(self) -> Handing:
        """As the doors ask before they give a file."""
        return Handing(waits=bool(self.clamd_address) and self.clamd_files_wait)
