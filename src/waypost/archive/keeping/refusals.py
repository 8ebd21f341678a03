"""What keeping says no to."""

from waypost.platform.errors import Conflict, Forbidden, Invalid, NotFound


class ClassNotFound(NotFound):
    """There is no such retention class."""


class HoldNotFound(NotFound):
    """There is no such hold."""


class ReleaseNotFound(NotFound):
    """There is no such list of releases."""


class CertificateNotFound(NotFound):
    """There is no such certificate."""


class NameInUse(Conflict):
    """Another retention class has this name."""


class TooManyClasses(Conflict):
    """An organisation has at most 100 retention classes."""


class TermMissing(Invalid):
    """Say for how long: years, days, or both."""


class ReasonMissing(Invalid):
    """Say why."""


class NothingChosen(Invalid):
    """No record was chosen."""


class TooManyRecords(Invalid):
    """One list holds at most 1,000 records."""


class RecordGone(Conflict):
    """This record is erased, or is being erased."""


class HoldLiftedAlready(Conflict):
    """This hold was lifted already."""


class NotOpen(Conflict):
    """This list is not waiting for that any more."""


class SamePerson(Forbidden):
    """Somebody else has to agree: whoever proposes a release may not release."""


class PeopleOnly(Forbidden):
    """Only a person may propose or agree that something is deleted."""
