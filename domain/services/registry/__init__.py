"""What the carrier knows of numbers beside texts: told of who has left, asked whose they are.

Each part is behind a setting of its own; without it nobody is told or asked anything.
"""
