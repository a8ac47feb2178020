"""What a text says, on its way between a person and a phone."""
