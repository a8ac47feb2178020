"""Contacts as tables: read in page by page, and written out."""
