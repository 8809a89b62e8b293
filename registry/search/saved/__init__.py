"""Saved searches: lists that a user wants to come back to, and what is new in them."""
