"""Contacts as tables of other programs have them."""
