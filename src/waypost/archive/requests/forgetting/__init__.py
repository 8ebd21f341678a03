"""What becomes of a request that never became a record: taken back, held, and its content thrown away."""
