"""Where kept files stand: a documented folder tree, or a bucket with object lock."""
