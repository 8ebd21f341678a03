"""What went wrong, as one sentence for the operator; only a fault of ours shows its traceback."""

import sys

import psycopg
from sqlalchemy.exc import DBAPIError

from waypost.platform.errors import Refusal
from waypost.platform.postgres.refusal import PostgresRefused
from waypost.platform.settings import SettingRefused

FAILED, REFUSED = 1, 2


def told(error: Exception) -> int:
    """Write the sentence to stderr and give the exit code; raises again what nobody foresaw."""
    sentence, code = explained(error)
    sys.stderr.write(sentence.rstrip(".") + ".\n")
    return code


def explained(error: Exception) -> tuple[str, int]:
    """The sentence and the exit code of a foreseen error; raises any other."""
    if isinstance(error, (SettingRefused, PostgresRefused)):
        return str(error), REFUSED
    if isinstance(error, Refusal):
        return error.detail, FAILED if error.again else REFUSED
    if isinstance(error, DBAPIError) and isinstance(error.orig, psycopg.Error):
        error = error.orig
    if isinstance(error, psycopg.Error):
        return f"The database refused: {_first_line(error)}", FAILED
    raise error


def _first_line(error: psycopg.Error) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
