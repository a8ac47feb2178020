"""What people do with conversations: take them, put them off, move them, decide about them."""
