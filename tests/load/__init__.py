"""Everything at once for a bounded time, then a verdict: `make load`."""
