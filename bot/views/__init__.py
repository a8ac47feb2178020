"""Modals and the App Home: each builder takes what it shows and gives a view, within limits."""
