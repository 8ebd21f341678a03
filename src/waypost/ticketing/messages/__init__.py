"""What was said: the message, its content, what hangs on it, and every copy of it that reached us."""
