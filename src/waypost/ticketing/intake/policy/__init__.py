"""What an organisation decides about threading where mail itself leaves it open."""
