"""A board of positions that never existed: for trials, the demo and tests. `python -m demo.board` serves it."""
