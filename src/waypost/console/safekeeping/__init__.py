"""What people do outside of the product to keep it safe, noted so that somebody is told when it is forgotten."""
