"""Why something could not be signed, or not as strongly as wished: refusals with the token that a record keeps."""

from waypost.platform.errors import Conflict, Invalid, Refusal, Unavailable


class SigningKeyUnusable(Invalid):
    """The signing key cannot be used."""

    code = "signing_key_unusable"


class SealFailed(Invalid):
    """The file could not be signed."""

    code = "signing_failed"


class NoAuthority(Conflict):
    """No time-stamping authority is configured (TSA_ENABLED, TSA_URL)."""

    code = "no_authority_configured"


class AuthorityUnreachable(Unavailable):
    """No time-stamping authority answered."""

    code = "tsa_unreachable"


class AuthorityRefused(Invalid):
    """The time-stamping authority refused, or answered what is no token for this file."""

    code = "tsa_refused"


class AuthorityUntrusted(Invalid):
    """The token's chain does not lead to a trusted certificate (SIGNING_TRUST_PATHS, TSA_CA_BUNDLE_PATH)."""

    code = "tsa_untrusted"


class RevocationUnreachable(Unavailable):
    """Whether a certificate was revoked could not be asked."""

    code = "revocation_unreachable"


class RevocationUnknown(Invalid):
    """A certificate of the chain says nowhere whether it was revoked."""

    code = "revocation_unknown"


class ChainUntrusted(Invalid):
    """The chain of the signing certificate does not lead to a trusted certificate (SIGNING_TRUST_PATHS)."""

    code = "chain_untrusted"


class ChainRevoked(Invalid):
    """A certificate of the chain was revoked."""

    code = "certificate_revoked"


class LevelNotReached(Unavailable):
    """The wished level could not be reached now, and a lower one is not allowed (SIGNING_ALLOW_LOWER_LEVEL)."""

    code = "level_not_reached"


TIMELY: tuple[type[Refusal], ...] = (NoAuthority, AuthorityUnreachable, AuthorityRefused, AuthorityUntrusted)
"""What keeps a file from the time of an authority."""
LASTING: tuple[type[Refusal], ...] = (RevocationUnreachable, RevocationUnknown, ChainUntrusted, ChainRevoked)
"""What keeps a file from being judged later without its authorities."""
SIGNING_DISABLED = "signing_disabled"
