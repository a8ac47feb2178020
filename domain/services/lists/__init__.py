"""Lists: what is wanted of them, in which order, a page at a time."""
