"""When and how a text is answered by itself."""
