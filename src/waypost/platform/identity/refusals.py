"""What sign-in and membership refuse, with their sentences."""

from waypost.platform.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, TooMany


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


class SecondFactorNeeded(Forbidden):
    """The password is right; send the code of your second factor too."""

    code = "second_factor_required"

    def __init__(self, challenge: str) -> None:
        super().__init__()
        self.challenge = challenge


class ChallengeEnded(Forbidden):
    """This took too long, or was done already; sign in again."""


class LastOwner(Conflict):
    """An organisation keeps at least one owner."""


class RankTooLow(Forbidden):
    """Nobody changes who stands above them, or makes anyone more than they are themselves."""


class BelongsElsewhereToo(Forbidden):
    """This person belongs to other organisations too: only they themselves, by mail, or the operator may do this."""


class NoSecondFactorOfOnesOwn(Conflict):
    """Set up your own second factor before you ask others for theirs."""


class SecondFactorMissing(Forbidden):
    """Your organisation asks for a second factor: set it up in your account."""

    goto = "/account/second-factor"


class NoSuchMember(NotFound):
    """There is no such member."""


class NoSuchSession(NotFound):
    """There is no such session."""


class EmailMalformed(Invalid):
    """This is not an e-mail address."""
