"""Messages that look alike: side by side, and a person's verdict."""
