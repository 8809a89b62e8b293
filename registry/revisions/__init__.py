"""Revisions: what the registry knew of each agreement, and when; numbered, kept whole, never changed."""
