"""What the operator relies on: who did what, which processes live, what went wrong."""
