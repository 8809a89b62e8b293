"""What can go wrong with the index itself."""

from __future__ import annotations


class IndexUnreadableError(Exception):
    """There is no index, or it cannot be read: it has to be built anew from the database."""
