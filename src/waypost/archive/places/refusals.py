"""Why something cannot be put, read or deleted. The codes are those that operators know from the error notes."""

from typing import ClassVar

from waypost.platform.errors import Conflict, Invalid, NotFound, Unavailable


class PathRefused(Invalid):
    """This archive path cannot be used."""

    def __init__(self, code: str, detail: str, hint: str = "") -> None:
        super().__init__(detail)
        self.token, self.hint = code, hint


class PlaceSilent(Unavailable):
    """The archive's storage does not answer."""

    token: ClassVar[str] = "storage_unavailable"


class PlaceAbsent(PlaceSilent):
    """The archive's storage is not there: its marker file is missing, so nothing is written underneath."""

    token: ClassVar[str] = "storage_not_mounted"


class PlaceFull(PlaceSilent):
    """The archive's storage is full."""

    token: ClassVar[str] = "storage_full"


class PlaceReadOnly(PlaceSilent):
    """The archive's storage is read-only."""

    token: ClassVar[str] = "storage_read_only"


class ReadBackDiffers(PlaceSilent):
    """What was read back is not what was written."""

    token: ClassVar[str] = "storage_read_back"


class PlaceDenied(Conflict):
    """The archive's storage refused for good: rights, names or links have to be mended there."""

    token: ClassVar[str] = "storage_denied"


class NameTaken(Conflict):
    """Another file stands in this place; nothing is ever overwritten."""

    token: ClassVar[str] = "name_taken"


class Guarded(Conflict):
    """An object lock guards this file."""

    token: ClassVar[str] = "object_locked"


class FileMissing(NotFound):
    """This file is missing from the archive's storage."""

    token: ClassVar[str] = "file_missing"
