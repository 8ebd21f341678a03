"""Groups of work that tickets are assigned to."""
