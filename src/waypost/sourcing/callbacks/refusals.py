"""What the doors of callbacks refuse. Who could not prove to be a scraper of ours is not told why."""

from waypost.platform.errors import Conflict, Invalid, NotSignedIn, TooMany, Unavailable


class NotProven(NotSignedIn):
    """This callback is not proven to be a scraper's; the reason stands in the log of the API."""

    code = "UNAUTHORIZED"


class CallbacksClosed(Unavailable):
    """No secret for callbacks is set: give WORKER_CALLBACK_SIGNING_SECRET to the API and to the scraper."""

    code = "CALLBACKS_NOT_CONFIGURED"


class KeysSilent(Unavailable):
    """The issuer of ID tokens cannot be asked for its keys at the moment; send the same again later."""

    code = "OIDC_KEYS_UNAVAILABLE"


class TooManyCallbacks(TooMany):
    """Too many callbacks; come back after the time that Retry-After says."""

    code = "RATE_LIMITED"


class Unreadable(Invalid):
    """This is not JSON as callbacks are written: one object in UTF-8, no key twice."""

    status = 400
    code = "VALIDATION_ERROR"


class Unfit(Invalid):
    """What was sent does not fit."""

    status = 400
    code = "VALIDATION_ERROR"


class UnknownEncoding(Invalid):
    """A callback travels as it is, or as gzip."""

    status = 415
    code = "UNSUPPORTED_ENCODING"


class TooLargeUnpacked(Invalid):
    """What was sent is too large once it is unpacked."""

    status = 413
    code = "PAYLOAD_TOO_LARGE"


class PayloadHashMismatch(Invalid):
    """payloadHash is not the hash of what was sent."""

    status = 400
    code = "PAYLOAD_HASH_MISMATCH"


class ConflictingPayload(Conflict):
    """An event with this id and another content was received before."""

    code = "CONFLICTING_EVENT_PAYLOAD"
