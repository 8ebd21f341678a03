"""The conversation: stitched from messages, routed, read, noted, assigned, closed, found again."""
