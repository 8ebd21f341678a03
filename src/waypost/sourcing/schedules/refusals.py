"""What schedules refuse."""

from waypost.platform.errors import Conflict, Invalid, NotFound, NotSignedIn, Unavailable


class NoSuchSchedule(NotFound):
    """There is no such schedule."""


class BadSchedule(Invalid):
    """This schedule does not fit."""

    status = 400
    code = "VALIDATION_ERROR"

    def __init__(self, name: str, message: str) -> None:
        fault = {"loc": ["body", name], "field": name, "msg": message, "type": "value_error"}
        super().__init__(f"{name}: {message}", errors=[fault])
        self.field = name


class NameTaken(Conflict):
    """You have a schedule of this name already; choose another name."""

    code = "SCHEDULE_NAME_TAKEN"


class TooManySchedules(Conflict):
    """You have as many schedules as one person may have; remove one first."""

    code = "SCHEDULE_LIMIT"


class NothingEnabled(Invalid):
    """There is no enabled schedule to run; enable one first."""

    status = 400
    code = "SCHEDULE_NOT_ENABLED"


class ClockNotConfigured(Unavailable):
    """No outside clock can prove itself until SCHEDULER_AUTH_TOKEN is set."""

    code = "SCHEDULER_NOT_CONFIGURED"


class NotTheClock(NotSignedIn):
    """This address is for the outside clock alone; it shows SCHEDULER_AUTH_TOKEN as its bearer token."""

    code = "UNAUTHORIZED"
