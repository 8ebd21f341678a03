"""Who may say how the organisation reads and tells the time."""

from waypost.platform.access import ADMINS, permission

CHANGE = permission("identity.organization.change", ADMINS)
"""Its language and its time zone."""
