"""Processes of ours are killed, again and again; the outside keeps the record that judges them."""
