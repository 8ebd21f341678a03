"""What all four modules stand on; it knows nothing of them."""
