"""What can be wrong between Google and us. Sentences for people, with nothing personal in them."""

from typing import ClassVar

from waypost.platform.errors import Conflict, Invalid, Unavailable


class GoogleNotSetUp(Unavailable):
    """This installation has no Google client: set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET."""

    again = False


class GoogleSilent(Unavailable):
    """Google does not answer."""


class GoogleBusy(Unavailable):
    """Google asks us to slow down."""


class GoogleUnclear(Unavailable):
    """Google answered something we do not understand."""


class ConsentNeeded(Conflict):
    """Google no longer accepts our access: the owner of the mailbox has to agree once more."""


class GoogleRefuses(Conflict):
    """Google refuses access to this mailbox."""


class GoneThere(Exception):
    """404: what we asked for does not exist at Google (any more)."""


class PageLost(Exception):
    """The listing cannot be continued with this page's token: it has to begin anew."""


class ConsentRefused(Invalid):
    """Google reports that access was not granted."""

    status: ClassVar[int] = 400
    code = "refused"


class CodeMissing(Invalid):
    """The answer from Google carries no code."""

    status: ClassVar[int] = 400
    code = "code_missing"


class StateRefused(Invalid):
    """This answer from Google is unknown here, was used before, or came too late: start again."""

    status: ClassVar[int] = 400
    code = "state"


class NoRefreshToken(Invalid):
    """Google gave no lasting access (no refresh token): remove our access in the Google account and start again."""

    status: ClassVar[int] = 400
    code = "no_refresh_token"


class ScopeMissing(Invalid):
    """Not everything we need was allowed: start again and leave all boxes ticked."""

    status: ClassVar[int] = 400
    code = "scope"


class AnotherJournal(Conflict):
    """Another journal mailbox is connected: disconnect it first."""

    code = "another_journal"


class ExchangeFailed(Unavailable):
    """Google did not complete the connection: start again."""

    status: ClassVar[int] = 502
    code = "google"


class ProfileUnclear(Unavailable):
    """Google did not say whose mailbox this is."""

    status: ClassVar[int] = 502
    code = "profile"
