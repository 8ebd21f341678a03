"""What is refused to who asks for somebody else."""

from waypost.platform.errors import NotFound


class NoSuchPerson(NotFound):
    """There is no such member here."""
