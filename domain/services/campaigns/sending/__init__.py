"""A campaign under way: its list is written down, its texts are made, anything may stop it."""
