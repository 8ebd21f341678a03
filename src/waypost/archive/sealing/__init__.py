"""From a snapshot to pages: the same snapshot gives the same bytes."""
