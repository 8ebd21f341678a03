"""What a failure means: try again or not, its documented token, and what a person can do about it.

A table for each kind of error; a refusal of ours carries its own verdict and token.
"""

import errno
from dataclasses import dataclass
from enum import StrEnum

from waypost.platform.errors import Refusal
from waypost.platform.jobs.children import ChildFailed
from waypost.platform.observe.masking import masked_text

LONGEST = 500


class Classification(StrEnum):
    """As the documented history and notes spell it."""

    TRANSIENT = "Transient"
    PERMANENT = "Permanent"


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed try, ready to be shown, noted and counted."""

    classification: Classification
    error: str
    """`Class: message`, scrubbed, at most 500 characters."""
    code: str
    hint: str
    action: str

    @property
    def again(self) -> bool:
        """Whether trying again can help."""
        return self.classification is Classification.TRANSIENT


PERMANENT_ERRNO = frozenset(
    {errno.EACCES, errno.EPERM, errno.EINVAL, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.ELOOP}
)
"""What no waiting mends; every other word of the operating system may be different in a minute."""

HINTS = {
    "missing_archive_path": "The ticket's field for the archive path is empty or missing.",
    "empty_archive_path": "The archive path has no part left once blanks are dropped.",
    "invalid_archive_path": "A part of the archive path is not allowed: dots alone, separators, or too long.",
    "path_not_allowed": "The archive path begins with nothing that STORAGE__PATH_POLICY__ALLOW_PREFIXES allows.",
    "allow_prefixes_empty": "STORAGE__PATH_POLICY__ALLOW_PREFIXES is an empty list, so no path is allowed.",
    "missing_user_login": "The ticket names nobody whose login could be the first folder.",
    "missing_archive_user": "The mode is `fixed`, and the field for the archive user is empty.",
    "invalid_filename": "STORAGE__PATH_POLICY__FILENAME_PATTERN gives no allowed file name for this ticket.",
    "path_validation": "The folder or file name does not pass the path policy.",
}
FIELDS = "Correct the fields of the ticket, then ask for it again."
NETWORK = "Nothing to do now: it is tried again. If it lasts, check the network, the time authority and the storage."
RIGHTS = "Check the rights of the service on the archive's folder, then ask for it again."
TOKEN = "Check the API token and its permissions at the origin, then ask for it again."
MISSING = "Check that the ticket still exists and that the token may see it."
GENERIC = "Look at the cause, mend it, then ask for it again."
ACTIONS = {401: TOKEN, 403: TOKEN, 404: MISSING}


def failure_of(error: BaseException) -> Failure:
    """What an error means. A refusal says itself whether to try again; what nobody foresaw is permanent."""
    code = _code_of(error)
    again = _again(error)
    classification = Classification.TRANSIENT if again else Classification.PERMANENT
    told = code or ("" if again else "permanent_error")
    hint = getattr(error, "hint", "") or HINTS.get(told, "")
    return Failure(classification, said(error), told, masked_text(hint), _action(error, told, again=again))


def said(error: BaseException) -> str:
    """`Class: message` without addresses, secrets and long random texts."""
    message = error.detail if isinstance(error, Refusal) else _plain(error)
    text = f"{type(error).__name__}: {message}" if message else type(error).__name__
    return masked_text(" ".join(text.split()))[:LONGEST]


def _plain(error: BaseException) -> str:
    """Of an error that is not ours only what cannot hold a value of the case."""
    if isinstance(error, OSError):
        return error.strerror or ""
    return error.reason if isinstance(error, ChildFailed) else ""


def _again(error: BaseException) -> bool:
    if isinstance(error, Refusal):
        return error.again
    if isinstance(error, TimeoutError | ConnectionError | ChildFailed):
        return True
    return isinstance(error, OSError) and error.errno not in PERMANENT_ERRNO


def _code_of(error: BaseException) -> str:
    if isinstance(error, Refusal):
        own: str | None = error.code or getattr(error, "token", None)
        return own or error.kind().replace("-", "_")
    if isinstance(error, ChildFailed):
        return "rendering_failed"
    return errno.errorcode.get(error.errno or 0, "").lower() if isinstance(error, OSError) else ""


def _action(error: BaseException, code: str, *, again: bool) -> str:
    if code in HINTS:
        return FIELDS
    if isinstance(error, OSError) and error.errno in (errno.EACCES, errno.EPERM):
        return RIGHTS
    if again:
        return NETWORK
    return ACTIONS.get(getattr(error, "upstream_status", 0), GENERIC)
