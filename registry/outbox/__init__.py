"""Pending changes of the search index: written in the same transaction as the record, read by every node."""
