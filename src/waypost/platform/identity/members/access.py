"""Who may change who belongs here."""

from waypost.platform.access import ADMINS, permission

MANAGE = permission("identity.members.manage", ADMINS)
