"""Why a source cannot be asked, or not be set up so. The documented doors answer 400 with a code of its own."""

from waypost.platform.errors import Conflict, Invalid


class NotAsked(Invalid):
    """This source cannot be asked now."""

    status = 400


class SourceStopped(NotAsked):
    """This source was stopped by hand: nothing asks it until somebody lifts that."""

    code = "SOURCE_STOPPED"


class SourceResting(NotAsked):
    """This source may not be asked at this time of the day."""

    code = "SOURCE_OUTSIDE_WINDOW"


class NoPermission(Conflict):
    """Write down first why this source may be asked."""


class KeyTaken(Conflict):
    """There is a source with this key already."""


class TooManySources(Conflict):
    """An organisation has at most 200 sources."""


class NothingToRemove(Conflict):
    """This source is shipped, and nothing of it was changed."""
