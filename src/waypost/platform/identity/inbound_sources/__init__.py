"""Keys of sources that call us: which organisation a webhook's address belongs to, asked before any table is read."""
