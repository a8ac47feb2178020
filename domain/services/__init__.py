"""Use cases: each decides and records; none calls the outside."""
