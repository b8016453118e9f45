"""What `Benchmarks/flood` is made of."""
