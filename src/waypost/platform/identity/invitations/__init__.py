"""Links that let somebody in once: an invitation to join, or a link to choose a new password."""
