"""Notes after they were left: read page by page, and changed by whoever wrote them."""
