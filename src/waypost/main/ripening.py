"""What every process of the house does before its first act, done once by the parent of those that divide from it."""

from sqlalchemy.orm import configure_mappers

from waypost.platform.http.client import trusted


def ripen() -> None:
    """Connect the tables' classes with each other and read the authorities that the way out trusts; opens nothing."""
    configure_mappers()
    trusted()
