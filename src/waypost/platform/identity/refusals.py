"""What sign-in and membership refuse, with their sentences."""

from waypost.platform.errors import Forbidden, Invalid, NotFound, NotSignedIn, TooMany


class WrongPassword(NotSignedIn):
    """E-mail or password is wrong."""


class TooManyTries(TooMany):
    """Too many tries to sign in; wait a little."""


class PersonDisabled(Forbidden):
    """This account is disabled."""


class NotAMember(Forbidden):
    """You are not a member of this organisation."""


class WrongPresentPassword(Invalid):
    """The present password is wrong."""


class PasswordMustChange(Forbidden):
    """This password was for one time; choose your own."""


class PasswordUnchanged(Invalid):
    """The new password must differ from the old one."""


class NoSuchSession(NotFound):
    """There is no such session."""


class EmailMalformed(Invalid):
    """This is not an e-mail address."""
