"""One tree of refusals: programs read it as a problem (RFC 9457), people as a page, the job runner as "again or stop".

A refusal is a class whose first docstring line is its title; the class name in kebab case is its type. A class may set
the `status`, `code` and `title` that a documented interface asks for; category and retry come from its branch.
"""

import re
from datetime import timedelta
from typing import Any, ClassVar


class Refusal(Exception):
    """Something was asked that cannot be done."""

    status: ClassVar[int] = 500
    again: ClassVar[bool] = False
    code: ClassVar[str | None] = None
    goto: ClassVar[str | None] = None
    """The page on which a person can mend it: they are sent there instead of being told."""
    detail: str

    def __init__(self, detail: str | None = None, *, errors: list[dict[str, Any]] | None = None) -> None:
        self.detail = detail or self.title()
        self.errors = errors or []
        super().__init__(self.detail)

    @classmethod
    def title(cls) -> str:
        """The first line of the docstring, without its full stop."""
        return (cls.__doc__ or cls.__name__).strip().splitlines()[0].rstrip(".")

    @classmethod
    def kind(cls) -> str:
        """The class name in kebab case: the problem's `type`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()


class Invalid(Refusal):
    """What was sent does not fit."""

    status = 422


class NotSignedIn(Refusal):
    """Please sign in."""

    status = 401


class Forbidden(Refusal):
    """You may not do this."""

    status = 403


class NotFound(Refusal):
    """There is no such thing here."""

    status = 404


class Conflict(Refusal):
    """This clashes with how things stand."""

    status = 409


class Retryable(Refusal):
    """Not now; try again."""

    again = True

    def __init__(
        self,
        detail: str | None = None,
        *,
        retry_after: timedelta | None = None,
        errors: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(detail, errors=errors)
        self.retry_after = retry_after


class TooMany(Retryable):
    """Too many requests."""

    status = 429


class Unavailable(Retryable):
    """Something we need does not answer."""

    status = 503
