"""Documents as Block Kit: the pieces, the texts, the head of a conversation."""
