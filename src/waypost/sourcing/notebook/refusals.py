"""What the documented doors of the notebook refuse."""

from waypost.platform.errors import NotFound


class NoProfile(NotFound):
    """You have no career profile that offers could be scored against: write one first."""

    code = "CAREER_PROFILE_NOT_READY"
