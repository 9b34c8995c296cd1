"""What davos costs, beside davos 0.2.3, pip and plain imports: `python -m benchmarks`."""
