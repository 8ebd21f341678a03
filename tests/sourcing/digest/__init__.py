"""What boards write, read."""
