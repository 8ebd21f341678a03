"""What the benchmarks measure with: memory of process trees, and the barest pipeline to compare with."""
