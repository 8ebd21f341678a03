"""The one refusal of this package."""


class PostgresRefused(Exception):
    """The embedded PostgreSQL cannot serve; the message is one sentence that says why and what to do."""
