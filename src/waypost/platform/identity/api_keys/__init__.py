"""Keys with which a person's programs call us; of each only a keyed hash is stored."""
