"""Who works at the sample company. Its password is no secret: the demo listens to this machine only."""

from typing import NamedTuple

COMPANY = "Acme"
PASSWORD = "welcome-to-acme"


class Sample(NamedTuple):
    """One person of the sample company; `role` as identity names it."""

    email: str
    name: str
    role: str


PEOPLE = (
    Sample("owner@acme.example", "Olivia Hart", "owner"),
    Sample("ben@acme.example", "Ben Okafor", "agent"),
    Sample("vera@acme.example", "Vera Lindqvist", "viewer"),
)


def welcome() -> str:
    """How to sign in."""
    lines = [f"  {one.email:20} {one.name}, {one.role}" for one in PEOPLE]
    return "\n".join([f"Sign in with the password {PASSWORD} as", *lines, "Ctrl-C stops it."])
