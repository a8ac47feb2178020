"""A campaign as people see it: how far it is, what it cost and brought."""
