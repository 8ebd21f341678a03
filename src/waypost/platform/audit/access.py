"""Who may read the log, and how much of it at once."""

from waypost.platform.access import ADMINS, permission

READ = permission("audit.log.read", ADMINS)
PAGE = 50
