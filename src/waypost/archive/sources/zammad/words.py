"""What Zammad may refuse, in classes that say whether another try helps. Its own words are not passed on."""

from typing import ClassVar

from waypost.platform.errors import Conflict, Invalid, NotFound, Unavailable


class ZammadBusy(Unavailable):
    """Zammad has too much to do or is out of order."""


class TokenRefused(Conflict):
    """Zammad refuses our API token, or the token lacks a permission."""

    upstream_status: ClassVar[int] = 401


class NotInZammad(NotFound):
    """Zammad knows no such ticket."""

    upstream_status: ClassVar[int] = 404


class ZammadRefuses(Invalid):
    """Zammad does not accept our request."""


class ZammadUnclear(Invalid):
    """Zammad answers something that we do not understand."""


class NoTagRoute(Conflict):
    """This Zammad has no way to remove a tag that we know."""


class MissingArchivePath(Invalid):
    """The ticket does not say where it belongs: its archive path is missing."""

    code: ClassVar[str | None] = "missing_archive_path"


class EmptyArchivePath(Invalid):
    """The ticket's archive path is empty."""

    code: ClassVar[str | None] = "empty_archive_path"


class InvalidArchivePath(Invalid):
    """The ticket's archive path is neither a text nor a list of texts."""

    code: ClassVar[str | None] = "invalid_archive_path"


class UnknownUserMode(Invalid):
    """The ticket's archive user mode is none of owner, current_agent and fixed."""

    code: ClassVar[str | None] = "path_validation"


class MissingUserLogin(Invalid):
    """The ticket does not tell whose folder it belongs to."""

    code: ClassVar[str | None] = "missing_user_login"


class MissingArchiveUser(Invalid):
    """The ticket asks for a fixed folder, but its archive user is missing."""

    code: ClassVar[str | None] = "missing_archive_user"


class FilesMissing(Invalid):
    """Files of the ticket cannot be kept, and this source asks for all of them."""


class FilesLate(Unavailable):
    """Files of the ticket could not be read just now, and this source asks for all of them."""
