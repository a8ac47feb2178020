"""What is counted of texts, and what is told of it."""
