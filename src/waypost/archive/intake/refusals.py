"""What the documented doors refuse: the token is `detail` and `code` alike, the sentence is the hint."""

from waypost.platform.errors import Forbidden, Invalid, NotFound, NotSignedIn, TooMany, Unavailable


class RateLimited(TooMany):
    """Too many calls; come back after the time that Retry-After says."""

    code = "rate_limited"


class MissingDeliveryId(Invalid):
    """X-Zammad-Delivery is required here (HARDENING_WEBHOOK_REQUIRE_DELIVERY_ID)."""

    status = 400
    code = "missing_delivery_id"


class AuthNotConfigured(Unavailable):
    """No webhook secret is set, and unsigned webhooks are not allowed."""

    code = "webhook_auth_not_configured"


class SignatureRefused(Forbidden):
    """The signature is missing, malformed or wrong."""

    code = "forbidden"


class ShuttingDown(Unavailable):
    """This service is shutting down; send it again in a moment."""

    code = "shutting_down"


class NotConfigured(Unavailable):
    """This archive has no Zammad source yet: set ZAMMAD_BASE_URL and ZAMMAD_API_TOKEN, or add a source."""

    code = "settings_not_configured"


class BatchTooLarge(Invalid):
    """A batch holds more items than one call may bring."""

    status = 413
    code = "batch_too_large"


class Unfit(Invalid):
    """What was sent does not fit."""


class Unauthorized(NotSignedIn):
    """A bearer token is needed here."""

    code = "unauthorized"


class OpsTokenMissing(Unavailable):
    """ADMIN_BEARER_TOKEN is not set, so nobody can prove to be an operator."""

    code = "ops_token_not_configured"


class AdminTokenMissing(Unavailable):
    """ADMIN_BEARER_TOKEN is not set, so nobody can prove to be an operator."""

    code = "admin_token_not_configured"


class AdminDisabled(NotFound):
    """The old admin page is off (ADMIN_ENABLED)."""

    code = "admin_disabled"


class QueueUnavailable(Unavailable):
    """The queue does not answer."""

    code = "queue_unavailable"


class HistoryUnavailable(Unavailable):
    """The history does not answer."""

    code = "history_unavailable"


class DeadLettersUnavailable(Unavailable):
    """The dead letters do not answer."""

    code = "dlq_unavailable"


PLAIN = frozenset(
    each.code
    for each in (
        Unauthorized,
        OpsTokenMissing,
        AdminTokenMissing,
        AdminDisabled,
        QueueUnavailable,
        HistoryUnavailable,
        DeadLettersUnavailable,
    )
)
"""Tokens that stand alone, without `code`, as these interfaces always had them."""
