"""What programs do with texts: send, change, repeat, correct, and ask about them."""
