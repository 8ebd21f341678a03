"""Codes as arithmetic: TOTP (RFC 6238: SHA-1, 6 digits, 30 seconds) and recovery codes."""

import secrets
from datetime import datetime
from hmac import compare_digest

import pyotp
import segno

STEP_SECONDS = 30
DRIFT = 1
"""Steps that a phone's clock may be off, either way."""
RECOVERY_CODES = 10
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that are misread; ten of them carry 49 bits."""
HALF = 5


def new_secret_key() -> str:
    """A secret of 160 bits in base32, as authenticator apps take it."""
    return pyotp.random_base32()


def step_of(moment: datetime) -> int:
    """The number of the step of 30 seconds that a moment lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, moment: datetime) -> int | None:
    """The step whose code this is, near the moment; None when it is none of them."""
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit() and len(typed) == 6):
        return None
    app, present = pyotp.TOTP(secret), step_of(moment)
    found = [
        step for step in range(present - DRIFT, present + DRIFT + 1) if compare_digest(app.generate_otp(step), typed)
    ]
    return found[-1] if found else None


def address_for_app(secret: str, account: str, installation: str) -> str:
    """The `otpauth://` address that an app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=installation)


def picture(address: str) -> str:
    """A QR code of the address as a PNG in a `data:` address: dark on light, whatever the page's colours."""
    return str(segno.make(address, error="m").png_data_uri(scale=5, border=4))


def in_groups(secret: str) -> str:
    """The secret as people type it: groups of four."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def new_recovery_codes() -> list[str]:
    """Ten codes such as `k7m2p-x9d4q`, to be written down."""
    return ["-".join(_word() for _ in range(2)) for _ in range(RECOVERY_CODES)]


def plain_recovery_code(typed: str) -> str | None:
    """The code as it is hashed, however it was typed; None for what cannot be one."""
    letters = "".join(each for each in typed.lower() if each not in " -\t")
    return letters if len(letters) == 2 * HALF and all(each in LETTERS for each in letters) else None


def _word() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(HALF))
